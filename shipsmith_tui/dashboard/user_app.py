"""The half of the app that follows its user: theme, keys, mouse, title, notices, clipboard."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import shipsmith_themes
from shipsmith_themes import ThemeData
from shipsmith_widgets.showing import Shown, show
from textual.app import App
from textual.theme import Theme

from shipsmith_tui import settings
from shipsmith_tui.dashboard import clipboard, terminal
from shipsmith_tui.dashboard.keymap import Keymap, keymap
from shipsmith_tui.settings import Loaded, Settings

REREAD_SECONDS = 1.0
"""How often the user's files are looked at."""


class UserApp(App[None]):
    """An app with a user's settings, followed while it runs.

    `theme` is the one asked for on the command line or chosen for this tree, "" for the settings'.
    """

    CSS = shipsmith_themes.stylesheet()
    VERTICAL_BREAKPOINTS = [(0, "-short"), (14, "-tall")]  # noqa: RUF012 - as declared by Textual

    def __init__(
        self, *, root: Path, theme: str, user: Loaded | None = None, environ: Mapping[str, str]
    ) -> None:
        self._themes = {data.name: data for data in shipsmith_themes.load()}
        # Without colours nothing may be painted in shades of grey either.
        super().__init__(ansi_color=True if "NO_COLOR" in os.environ else None)
        self.animation_level = "none"
        self._root = root
        self._environ = environ
        loaded = user or Loaded(Settings())
        self.user: Settings = loaded.settings
        self.keys: Keymap = Keymap({})
        self.mouse = True
        self._problems = list(loaded.problems)
        self._stamp = settings.stamp()
        self.terminal_title = terminal.Title(self._write, environ.get("TERM", ""))
        self._learn(self._themes.values())
        self._read_themes()
        self._bind()
        self.theme = self._known(theme) or self._known(self.user.theme) or shipsmith_themes.DEFAULT
        self._check_theme()
        if theme and not self._known(theme):
            self._problems.append(settings.no_theme(theme, self._themes))

    @property
    def theme_titles(self) -> dict[str, str]:
        """The themes at hand: what each is called on screen, by name."""
        return {name: data.title for name, data in self._themes.items()}

    @property
    def chosen_theme(self) -> str:
        """The theme when it is another than the settings say, else ""."""
        return "" if self.theme == self._known(self.user.theme) else self.theme

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own colour names for themes that do not know them."""
        # The last two are Textual's, which gives them no value in a theme of sixteen colours.
        own = self._themes[shipsmith_themes.DEFAULT].variables
        return own | {"ansi-background": "ansi_default", "ansi-foreground": "ansi_default"}

    def on_mount(self) -> None:
        """Take the terminal's title, and follow the user's files."""
        self._take_title()
        self._report_mouse(self.user.mouse)
        self.app_suspend_signal.subscribe(self, lambda _: self.terminal_title.give_back())
        self.app_resume_signal.subscribe(self, lambda _: self._come_back())
        self.theme_changed_signal.subscribe(self, lambda _: self._repaint())
        self.run_worker(self._follow(), group="following")
        self._complain()

    async def _follow(self) -> None:
        # Without a timer of Textual, each look is no message that wakes the app.
        while True:
            await asyncio.sleep(REREAD_SECONDS)
            self.reread()

    def reread(self) -> None:
        """Take over what has changed in the user's files; what cannot be read stays as it was."""
        stamp = settings.stamp()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        before = self.user
        loaded = settings.load(before)
        self.user = loaded.settings
        self._problems += loaded.problems
        self._read_themes()
        self._bind()
        if self.user.theme != before.theme:
            self.theme = self._known(self.user.theme) or self.theme
            self._check_theme()
        if self.user.mouse != before.mouse:
            self._report_mouse(self.user.mouse)
        self._take_title()
        self.refresh_css(animate=False)
        self._repaint()
        self.keys_changed()
        self._complain()

    def keys_changed(self) -> None:
        """Keys may have been bound anew."""

    def say(self, sentence: Shown, *, bad: bool = False) -> None:
        """Show a sentence for a few seconds."""
        self.notify(sentence, severity="warning" if bad else "information", markup=False, timeout=4)

    def announce(self, sentence: Shown, *, bad: bool) -> None:
        """Tell of a change to somebody who looks elsewhere, as the settings say."""
        if self.app_focus:
            return
        if self.user.notify == "bell":
            self.bell()
        elif self.user.notify == "toast":
            self.say(sentence, bad=bad)

    def copy(self, text: str, about: Shown) -> None:
        """Copy a text and say what was copied."""
        command = None
        if self.user.clipboard != "terminal":
            command = clipboard.tool(self._environ, self._root)
        if self.user.clipboard != "system":
            self.copy_to_clipboard(text)
        elif command is None:
            self.say(Shown("No clipboard tool was found: wl-copy, xclip, xsel or pbcopy."), bad=True)
            return
        if command is not None:
            self.run_worker(partial(clipboard.copy, command, text), thread=True, group="copying")
        self.say(show(f"copied {about}"))

    def set_theme(self, name: str) -> None:
        """Show a theme."""
        self.theme = name

    def next_theme(self) -> None:
        """Show the theme after this one, and say what it is called."""
        names = list(self._themes)
        at = names.index(self.theme) if self.theme in names else -1
        self.theme = names[(at + 1) % len(names)]
        self.clear_notifications()
        self.say(show(self._themes[self.theme].title))

    def toggle_mouse(self) -> None:
        """Leave the mouse to the terminal, or take it again."""
        self._report_mouse(not self.mouse)
        self.say(Shown("mouse on" if self.mouse else "mouse off: the terminal selects text again"))

    def _known(self, name: str) -> str:
        data = shipsmith_themes.find(name, self._themes.values())
        return data.name if data else ""

    def _check_theme(self) -> None:
        if not self._known(self.user.theme):
            sentence = settings.no_theme(self.user.theme, self._themes)
            self._problems.append(f"{settings.FILE_NAME}: {sentence}")

    def _read_themes(self) -> None:
        own, errors = shipsmith_themes.load_folder(settings.themes_folder())
        self._learn(own)
        self._problems += [f"themes/{error}" for error in errors]

    def _learn(self, themes: Iterable[ThemeData]) -> None:
        for data in tuple(themes):
            self._themes[data.name] = data
            fields: dict[str, Any] = dict(data.colours)
            self.register_theme(
                Theme(name=data.name, dark=data.dark, ansi=data.ansi, variables=data.variables, **fields)
            )

    def _bind(self) -> None:
        self.keys = keymap(self.user.keys, settings.FILE_NAME)
        self.set_keymap(self.keys.keys)
        self._problems += self.keys.problems

    def _repaint(self) -> None:
        """Colours that a text names itself are no style of its widget: Textual keeps the old ones."""
        for screen in self.screen_stack:
            for widget in screen.walk_children():
                widget.refresh()

    def _complain(self) -> None:
        for problem in self._problems:
            self.notify(show(problem), severity="warning", markup=False, timeout=12)
        self._problems.clear()

    def _report_mouse(self, on: bool) -> None:
        self.mouse = on
        self._write(terminal.report_mouse(on))

    def _come_back(self) -> None:
        self._take_title()
        self._report_mouse(self.mouse)

    def _take_title(self) -> None:
        if self.user.title:
            self.terminal_title.take()
        else:
            self.terminal_title.give_back()

    def _write(self, sequence: str) -> None:
        # Textual has no way to say something to the terminal; two writers of one stream would mix.
        if self._driver is not None and not self.is_headless:
            self._driver.write(sequence)
