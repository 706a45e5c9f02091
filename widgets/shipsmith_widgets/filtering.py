"""The filter above the list: words that all must match, `!word` for what must not."""

from __future__ import annotations

from dataclasses import dataclass

from shipsmith_controls.scorecard import Confidence, ControlResult, Finding

from shipsmith_widgets.marks import STATUS_MARKS


@dataclass(frozen=True)
class Filter:
    """Lower-case words to find and words to avoid; empty lets everything through."""

    wanted: tuple[str, ...] = ()
    avoided: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.wanted or self.avoided)

    def keeps(self, control: ControlResult) -> bool:
        """Whether a control is shown: it or one of its findings matches."""
        head = _head(control)
        if not any(word in head for word in self.avoided):
            findings = control.verdict.findings
            if self._matches(head) and not (findings and self.avoided and not self.findings(control)):
                return True
            return any(self._matches(f"{head} {_place(f)}") for f in findings)
        return False

    def findings(self, control: ControlResult) -> tuple[Finding, ...]:
        """Those findings of a control that are shown; all of them when the control itself matches."""
        if not self:
            return control.verdict.findings
        return tuple(f for f in control.verdict.findings if self.keeps_place(control, f))

    def keeps_place(self, control: ControlResult, finding: Finding) -> bool:
        """Whether a finding of a control is shown, or one that it had."""
        head, place = _head(control), _place(finding)
        whole = all(word in head for word in self.wanted)
        return not any(word in place for word in self.avoided) and (
            whole or self._matches(f"{head} {place}")
        )

    def _matches(self, text: str) -> bool:
        return all(w in text for w in self.wanted) and not any(w in text for w in self.avoided)


def parse_filter(text: str) -> Filter:
    """Read what was typed: words apart by spaces, `!x` inverts; matched without regard to case."""
    words = text.lower().split()
    return Filter(
        wanted=tuple(word for word in words if not word.startswith("!")),
        avoided=tuple(word[1:] for word in words if word.startswith("!") and len(word) > 1),
    )


def _head(control: ControlResult) -> str:
    status = STATUS_MARKS[control.verdict.status].word
    return f"{control.id} {control.title} {control.severity} {status}".lower()


def _place(finding: Finding) -> str:
    low = " low?" if finding.confidence is Confidence.LOW else ""
    return f"{finding.path}:{finding.line}{low}".lower()
