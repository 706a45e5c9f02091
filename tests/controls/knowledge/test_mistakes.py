"""A mistake in a knowledge file is a sentence: file, entry, key, and the nearest valid word."""

from typing import Any

import pytest
from shipsmith_controls.knowledge import KnowledgeError
from shipsmith_controls.knowledge.models import ModelFile
from shipsmith_controls.knowledge.reading import build, parse
from shipsmith_controls.knowledge.sdk_files import assemble
from shipsmith_controls.knowledge.tables import tables_of

SDK: dict[str, Any] = {
    "key": "acme",
    "title": "Acme",
    "language": "python",
    "packages": ["acme"],
    "modules": ["acme"],
    "source": "acme 1.0",
}


def _sdk(*types: dict[str, Any], **more: Any) -> list[tuple[str, dict[str, Any]]]:
    return [("sdks/acme.toml", {"sdk": [{**SDK, "types": list(types), **more}]})]


def test_text_that_is_no_toml() -> None:
    with pytest.raises(KnowledgeError, match=r"sdks/acme\.toml: this is not valid TOML: .*line 1"):
        parse("key = = 1", "sdks/acme.toml")


def test_an_unknown_key() -> None:
    with pytest.raises(KnowledgeError) as error:
        assemble(_sdk({"name": "Client", "constructors": ["Client"], "timeuot": {}}))
    assert str(error.value) == (
        "sdks/acme.toml, sdk `acme`, types `Client`: "
        "Object contains unknown field `timeuot`; did you mean `timeout`?"
    )


def test_an_unknown_word() -> None:
    with pytest.raises(KnowledgeError, match=r"calls 1, key `kind`: .*did you mean `generation`\?"):
        assemble(
            _sdk({"name": "C", "constructors": ["C"], "calls": [{"path": ["go"], "kind": "generatoin"}]})
        )


def test_a_value_of_the_wrong_kind() -> None:
    with pytest.raises(
        KnowledgeError, match=r"types `C`, key `constructors`: Expected `array`, got `str`\."
    ):
        assemble(_sdk({"name": "C", "constructors": "C"}))


def test_a_missing_key() -> None:
    with pytest.raises(
        KnowledgeError, match=r"sdk `acme`, types `C`: .*missing required field `constructors`"
    ):
        assemble(_sdk({"name": "C"}))


def test_a_type_that_is_like_none() -> None:
    with pytest.raises(KnowledgeError, match=r"type `Async`: no type `Clint`; did you mean `Client`\?"):
        assemble(
            _sdk(
                {"name": "Client", "constructors": ["Client"]},
                {"name": "Async", "constructors": ["Async"], "like": "Clint"},
            )
        )


def test_a_derived_type_that_does_not_exist() -> None:
    with pytest.raises(KnowledgeError, match=r"type `Client`: no type `Chat`\."):
        assemble(_sdk({"name": "Client", "constructors": [], "derives": {"chats.create": "Chat"}}))


def test_types_that_are_like_each_other() -> None:
    with pytest.raises(KnowledgeError, match="`like` leads back to itself"):
        assemble(
            _sdk(
                {"name": "A", "constructors": [], "like": "B"},
                {"name": "B", "constructors": [], "like": "A"},
            )
        )


def test_a_part_of_an_sdk_that_no_file_describes() -> None:
    with pytest.raises(
        KnowledgeError, match=r"sdk `acmee`: no file describes this SDK; did you mean `acme`\?"
    ):
        assemble([*_sdk(), ("sdks/more.toml", {"sdk": [{"key": "acmee"}]})])


def test_an_sdk_described_twice() -> None:
    with pytest.raises(
        KnowledgeError, match=r"sdks/b\.toml, sdk `acme`: sdks/acme\.toml describes it already"
    ):
        assemble([*_sdk(), ("sdks/b.toml", {"sdk": [SDK]})])


def test_a_key_given_twice_in_a_table() -> None:
    entry = {"key": "k", "title": "K", "language": "python"}
    with pytest.raises(
        KnowledgeError, match=r"b\.toml, breaker `k`: a\.toml has this key already in python"
    ):
        tables_of([("a.toml", {"breaker": [entry]}), ("b.toml", {"breaker": [entry]})])


def test_an_unknown_table() -> None:
    with pytest.raises(KnowledgeError, match=r"a\.toml: .*`tracers`; did you mean `tracer`\?"):
        tables_of([("a.toml", {"tracers": []})])


def test_a_pin_that_is_no_pin() -> None:
    raw = {
        "vendors": [],
        "suffixes": [],
        "platform": [],
        "prefixes": {},
        "regions": {},
        "model": [
            {"platform": "p", "patterns": ["m"], "source": "s", "read_on": "2026-11-23", "pin": "fixd"}
        ],
    }
    with pytest.raises(
        KnowledgeError, match=r"models\.toml, model 1, key `pin`: .*did you mean `fixed`\?"
    ):
        build(raw, ModelFile, "models.toml")


def test_a_part_adds_types_and_like_fills_what_is_silent() -> None:
    base = {
        "name": "Client",
        "constructors": ["Client"],
        "provider": "acme",
        "timeout": {"arguments": ["timeout"], "default": 30, "unit": "s"},
        "calls": [{"path": ["chat"]}],
    }
    azure = {"name": "Azure", "constructors": ["Azure"], "like": "Client", "provider": "azure"}
    (sdk,) = assemble([*_sdk(base), ("sdks/more.toml", {"sdk": [{"key": "acme", "types": [azure]}]})])
    client, other = sdk.types
    assert (other.name, other.constructors, other.provider) == ("Azure", ("Azure",), "azure")
    assert (other.timeout, other.calls) == (client.timeout, client.calls)
