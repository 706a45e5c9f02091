"""config.toml: what it may say, and what is said of its mistakes."""

import json
from pathlib import Path

import pytest

from shipsmith_tui import settings
from shipsmith_tui.dashboard.keymap import every_binding, keymap
from shipsmith_tui.settings import Loaded, Settings, load, parse


def test_without_a_file_everything_is_usual() -> None:
    assert load() == Loaded(Settings())


def test_every_key_can_be_set(config: Path) -> None:
    (config / "config.toml").write_text(
        'theme = "light"\nmouse = false\ntitle = false\nnotify = "bell"\neditor = "hx"\n'
        'clipboard = "system"\nresume = false\nlocations = true\nplain = true\n'
        'keys = {"act.edit" = "o"}\n'
    )
    found = load()
    assert found.problems == ()
    assert found.settings == Settings(
        theme="light",
        mouse=False,
        title=False,
        notify="bell",
        editor="hx",
        clipboard="system",
        resume=False,
        locations=True,
        plain=True,
        keys={"act.edit": "o"},
    )
    assert set(found.given) == set(Settings.__struct_fields__)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('\ntheem = "dark"', "config.toml:2: no key is called `theem`; did you mean `theme`?"),
        ('mouse = "yes"', "config.toml:1: `mouse` is true or false, not 'yes'."),
        ("theme = 3", "config.toml:1: `theme` is a text in quotes, not 3."),
        (
            'notify = "bel"',
            "config.toml:1: `notify` is one of `toast`, `bell`, `off`, not 'bel'; did you mean `bell`?",
        ),
        ("[keys]\nact.edit = 1", 'config.toml:1: `keys` is a table of texts, such as act.edit = "o"'),
        ("zzz = 1", "config.toml:1: no key is called `zzz`; there are `theme`, `mouse`"),
        ("mouse = ", "config.toml is no valid TOML: "),
    ],
)
def test_a_mistake_names_file_line_key_and_the_nearest_word(text: str, sentence: str) -> None:
    (problem,) = parse(text.encode()).problems
    assert problem.startswith(sentence)


def test_a_mistake_takes_nothing_else_away() -> None:
    found = parse(b'mouse = "no"\nnotify = "off"\nresume = 1')
    assert len(found.problems) == 2
    assert found.settings == Settings(notify="off")


def test_what_is_wrong_after_an_edit_stays_as_it_was() -> None:
    before = Settings(theme="light", mouse=False)
    assert parse(b"mouse = 1", before).settings == Settings(mouse=False)
    assert parse(b"mouse = ", before).settings == before
    assert parse(b"\xff", before).problems == ("config.toml is no UTF-8 text.",)


def test_a_file_that_was_edited_has_another_stamp(config: Path) -> None:
    before = settings.stamp()
    (config / "themes" / "mine.toml").write_text("")
    assert settings.stamp() != before


def test_the_schema_knows_every_key_and_what_it_is_for() -> None:
    schema = json.loads(json.dumps(settings.schema()))
    known = schema["$defs"]["Settings"]
    assert list(known["properties"]) == list(Settings.__struct_fields__)
    assert known["additionalProperties"] is False
    assert all(
        settings.about(key) == known["properties"][key]["description"] for key in known["properties"]
    )


def test_keys_can_be_given_to_other_actions_and_swapped() -> None:
    swapped = {"act.edit": "y", "act.copy": "e", "see.filter": "ctrl+f,slash"}
    assert keymap(swapped, "c") == (swapped, ())


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"act.edti": "o"}, "no action is called `act.edti`; did you mean `act.edit`?"),
        ({"act.edit": "upp"}, "`act.edit`: no key is called `upp`; did you mean `up`?"),
        ({"act.edit": " "}, "`act.edit` has no key."),
        ({"act.edit": "ctrl+c"}, "`act.edit` cannot be ctrl+c, which quits."),
        ({"act.edit": "o,y"}, "`act.edit` cannot be y, which is `act.copy`; give that another key, too."),
        ({"act.edit": "/"}, "`act.edit` cannot be slash, which is `see.filter`"),
        ({"list.up": "i", "act.edit": "i"}, "`act.edit` cannot be i, which is `list.up`"),
    ],
)
def test_a_key_that_cannot_be_is_refused(keys: dict[str, str], sentence: str) -> None:
    found = keymap(keys, "config.toml")
    assert "act.edit" not in found.keys
    assert found.problems[0].startswith(f"config.toml: keys: {sentence}")


def test_what_is_refused_may_free_nothing_that_another_took() -> None:
    found = keymap({"act.edit": "y", "act.copy": "q"}, "c")
    assert found.keys == {}
    assert len(found.problems) == 2


def test_every_action_has_an_id_of_its_own_and_the_usual_keys_do_not_clash() -> None:
    ids = [binding.id for binding in every_binding()]
    assert len(ids) == len(set(ids))
    assert keymap({}, "c") == ({}, ())
    assert keymap({str(b.id): b.key for b in every_binding()}, "c").problems == ()
