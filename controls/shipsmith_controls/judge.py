"""The judge: a tree in, a scorecard out, and again for only what changed."""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import time
from collections.abc import Callable, Collection, Iterator
from datetime import date
from functools import cache
from pathlib import Path, PurePath
from types import TracebackType
from typing import Literal, cast

from msgspec.structs import replace

from shipsmith_controls import ledger as ledgers
from shipsmith_controls import own_controls, standing
from shipsmith_controls.catalogue import Control, load
from shipsmith_controls.checks import forms
from shipsmith_controls.checks.controls import read_check
from shipsmith_controls.divided import division
from shipsmith_controls.facts.cache import FactCache
from shipsmith_controls.facts.families import CAPS, EXTRACTORS, LOOKED_AT, Look, first_look
from shipsmith_controls.facts.searches import Lines
from shipsmith_controls.facts.skim import Skim
from shipsmith_controls.facts.text import decode
from shipsmith_controls.facts.text import lines as text_lines
from shipsmith_controls.fingerprint import fingerprint, fingerprints
from shipsmith_controls.knowledge.reading import nearest
from shipsmith_controls.links.traits import seen_traits, traits
from shipsmith_controls.links.tree import TreeDatabase
from shipsmith_controls.own_controls import OwnControls, Rule
from shipsmith_controls.queries import Database, query
from shipsmith_controls.scorecard import (
    DIMENSIONS,
    ControlResult,
    Finding,
    Mistake,
    Scorecard,
    Skipped,
    Status,
    Timing,
    Verdict,
    score_dimension,
    scored,
)
from shipsmith_controls.search_process import PatternSearch
from shipsmith_controls.standards import Standards, standards_of
from shipsmith_controls.tree.contents import digest_of
from shipsmith_controls.tree.judgeable import Tree
from shipsmith_controls.tree.reading import READ_CAP, VANISHED
from shipsmith_controls.tree.workspace import Workspace
from shipsmith_controls.workflows import with_scores

Stage = Literal["files", "controls"]
"""What a scan is at: reading files, or judging controls."""
Progress = Callable[[Stage, int, int], None]
"""Told how many of how many are done."""
Partial = Callable[[Scorecard], None]
"""Told what is judged so far, before all is."""
LEDGER = "shipsmith.toml"
"""The file at the root of a tree that holds its ledger and settings."""


class Store:
    """Facts on demand, remembered by content: by the queries in memory, by a cache on disk."""

    def __init__(self, workspace: Tree, cache: FactCache) -> None:
        self.workspace = workspace
        self.cache = cache
        self.parsed: set[str] = set()
        self._search = PatternSearch()

    def facts(self, family: str, path: str, digest: bytes) -> object:
        """The facts of a family for one file; None when it has none or cannot be read."""
        kind = path.rsplit("/", 1)[-1].rsplit(".", 1)[-1].lower()
        known = self.cache.get(family, digest, kind)
        if known is not None:
            return known
        content = self.workspace.content(path, CAPS.get(family, READ_CAP))
        if not isinstance(content, bytes):
            return None
        if family == "code":
            self.parsed.add(path)
        facts = EXTRACTORS[family](content, path)
        # A file may have changed since its digest was taken: such facts are not remembered.
        if digest_of(content) == digest:
            self.cache.put(family, digest, kind, facts)
        return facts

    def find(self, digest: bytes, text: str, patterns: tuple[str, ...], language: str) -> Lines | None:
        """Where ast-grep patterns match in the text that a digest stands for; None: it takes too long."""
        return self._search.find(digest, text, patterns, language)

    def close(self) -> None:
        """Let go of the cache, and of the process that looks for patterns."""
        self.cache.close()
        self._search.close()

    def look(self, path: str, content: bytes) -> Look:
        """What the first look at a file shows; what it shows may hang on the file's path."""
        digest = digest_of(content)
        known = self.cache.get("look", digest, path)
        if isinstance(known, Look):
            return known
        seen = first_look(content, path)
        self.cache.put("look", digest, path, seen)
        return seen


@query
def verdict(db: Database, control_id: str) -> Verdict:
    """The verdict of one control, without fingerprints and fix snippets."""
    rule = cast("Rule | None", db.get(("rule", control_id)))
    if rule is None or rule.check is None:
        return Verdict(Status.NOT_BUILT, note="its check is not built yet")
    if not rule.control.applies_to(traits(db)):
        return forms.not_applicable(rule.control.applies_note)
    return forms.judge(db, rule.check)


@cache
def _catalogue() -> tuple[Rule, ...]:
    """The rules that ship with this package."""
    return tuple(Rule(control, read_check(control)) for control in load().controls)


class Judge:
    """Judges one tree and keeps what it learnt, so that the next verdict costs what changed.

    `trouble` is what is wrong with `shipsmith.toml`, None when it is fine; while it is broken the
    last good one holds. `own` are the controls that the tree brings along. `changed` are the paths
    that the last update found changed or gone.
    """

    def __init__(
        self, tree: Path | Tree, cache: Path | None = None, standards: Standards | None = None
    ) -> None:
        """Judge a folder or another tree; `cache` is a folder for facts that outlive the process.

        `standards`, when given, hold in place of those that the tree itself brings along.
        """
        self._given = standards
        self.workspace: Tree = Workspace(tree) if isinstance(tree, Path) else tree
        self.store = Store(self.workspace, FactCache(cache))
        self.db = TreeDatabase(self.store)
        self.ledger = ledgers.Ledger()
        self.trouble: ledgers.LedgerError | None = None
        self.own = OwnControls()
        self.changed: tuple[str, ...] = ()
        self._own_files: dict[str, bytes | None] = {}
        self._looks: dict[str, dict[str, tuple[object, ...]]] = {family: {} for family in LOOKED_AT}
        self._fingerprinted: dict[str, tuple[Verdict, tuple[bytes, ...], tuple[Finding, ...]]] = {}

    def __enter__(self) -> Judge:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the tree; the judge cannot be used afterwards."""
        self.store.close()
        self.workspace.close()

    def update(
        self,
        hint: Collection[str] | None = None,
        progress: Progress | None = None,
        today: date | None = None,
        partial: Partial | None = None,
    ) -> Scorecard:
        """Look at the tree again and judge what changed.

        Args:
            hint: relative paths of folders in which something may have changed; None looks
                everywhere.
            progress: called with the stage, and how many files or controls are done, of how many.
            today: the day on which attestations are looked at; None is the real one.
            partial: called with what is judged so far, a dimension at a time and without a score.

        Raises:
            TreeGoneError: the root cannot be opened any more.
        """
        started = time.perf_counter()
        self.db.begin()
        self._read_ledger()
        with _undisturbed():
            self._take_in(hint, progress)
            results = self._settled(self._judged(progress, partial, today), today)
        built = {r.id for r in results if r.verdict.status is not Status.NOT_BUILT}
        rejudged = tuple(sorted(built & {str(args[0]) for args in verdict.runs(self.db)}))
        card = self._divided(self._scorecard(results, rejudged, 0.0))
        self.db.sweep()
        self.store.cache.flush()
        return replace(card, timing=replace(card.timing, seconds=time.perf_counter() - started))

    @property
    def attestable(self) -> dict[str, Status]:
        """What an attestation makes of a gap, by id; of other controls it settles those that ask."""
        controls = [rule.control for rule in (*_catalogue(), *self.own.rules)]
        return {c.id: Status(c.attestable) for c in controls if c.attestable}

    @property
    def standards(self) -> Standards:
        """What the tree was judged by in the last update."""
        return standards_of(self.ledger, self._own_files)

    def _settled(self, judged: list[ControlResult], today: date | None) -> list[ControlResult]:
        """Results with what the ledger attests, switches off or weighs otherwise."""
        attested = standing.attest(self.ledger, judged, today or date.today(), self.attestable)
        return list(standing.overrule(self.ledger, attested))

    def _judged(
        self, progress: Progress | None, partial: Partial | None, today: date | None
    ) -> list[ControlResult]:
        rules = (*_catalogue(), *self.own.rules)
        results: list[ControlResult] = []
        for done, rule in enumerate(rules):
            if partial is not None and results and results[-1].dimension != rule.control.dimension:
                partial(
                    replace(
                        self._scorecard(self._settled(results, today), (), 0.0), score=None, band=None
                    )
                )
            if progress is not None:
                progress("controls", done, len(rules))
            results.append(self._result(rule.control))
        return results

    def _read_ledger(self) -> None:
        """Take in `shipsmith.toml`; while it is broken or cannot be read the last good one holds."""
        content = self.workspace.content(LEDGER)
        try:
            if isinstance(content, bytes):
                self.ledger = ledgers.parse(content)
            elif isinstance(content, Skipped) and content.reason != VANISHED:
                raise ledgers.LedgerError(f"{LEDGER} was not read: {content.reason}.")
            else:
                self.ledger = ledgers.Ledger()
            self.trouble = None
        except ledgers.LedgerError as error:
            self.trouble = error
        if self._given is not None:
            self.ledger = self._given.over(self.ledger)
        self.workspace.set_exclude(self.ledger.exclude)

    def _take_in(self, hint: Collection[str] | None, progress: Progress | None) -> None:
        skims: dict[str, Skim] = {}
        looks: dict[str, dict[str, tuple[object, ...]]] = {family: {} for family in LOOKED_AT}

        seen = 0

        def visit(path: str, content: bytes) -> None:
            nonlocal seen
            seen += 1
            if progress is not None:
                progress("files", seen, max(seen, len(self.workspace.files)))
            look = self.store.look(path, content)
            if look.skim is not None:
                skims[path] = look.skim
            for family in LOOKED_AT:
                looks[family][path] = getattr(look, family)

        changes = self.workspace.refresh(hint, visit)
        inputs: dict[object, object] = {
            ("files",): self.workspace.files,
            ("tracked",): self.workspace.tracked,
            ("head date",): self.workspace.head_date,
            ("subjects",): self.workspace.subjects,
            ("scan date",): dt.datetime.now(dt.UTC).date(),
        }
        for path, state in changes.changed.items():
            inputs["digest", path] = state.digest if state.kind != "binary" else None
            if path in skims:
                inputs["skim", path] = skims[path]
        for family, known in self._looks.items():
            for path in (*changes.changed, *changes.removed):
                known.pop(path, None)
            known.update((path, facts) for path, facts in looks[family].items() if facts)
            inputs["looks", family] = tuple(sorted(known.items()))
        self.changed = (*changes.changed, *changes.removed)
        self._read_own_controls()
        inputs["corrected traits",] = self.ledger.traits
        inputs["declared workflows",] = self.ledger.workflow
        inputs.update((("rule", r.control.id), r) for r in (*_catalogue(), *self.own.rules))
        self.db.put(inputs)
        self.db.forget([(kind, path) for path in changes.removed for kind in ("digest", "skim")])

    def _read_own_controls(self) -> None:
        """Take in the tree's own controls, when one of their files changed or went."""
        if self._given is not None:
            self._own_files = dict(self._given.own)
        else:
            known = [path for path in self.workspace.files if own_controls.is_own(path)]
            if known == list(self._own_files) and not any(map(own_controls.is_own, self.changed)):
                return
            contents = {path: self.workspace.content(path) for path in known}
            self._own_files = {p: c if isinstance(c, bytes) else None for p, c in contents.items()}
        before = {rule.control.id for rule in self.own.rules}
        self.own = own_controls.read(self._own_files)
        gone = before - {rule.control.id for rule in self.own.rules}
        self.db.forget([("rule", control_id) for control_id in gone])
        for control_id in gone:
            self._fingerprinted.pop(control_id, None)

    def _mistakes(self) -> tuple[Mistake, ...]:
        """What is wrong with the tree's own controls, and with the controls that its settings name."""
        known = [rule.control.id for rule in (*_catalogue(), *self.own.rules)]
        unknown = [
            Mistake(LEDGER, 0, f"[[{table}]] names {entry.control}, but no control is called so{near}")
            for table, entries in (("off", self.ledger.off), ("severity", self.ledger.severity))
            for entry in entries
            if entry.control not in known
            for near in (nearest(entry.control, known) or ".",)
        ]
        return (*self.own.mistakes, *unknown)

    def _result(self, control: Control) -> ControlResult:
        found = verdict(self.db, control.id)
        if found.findings:
            found = replace(found, findings=self._finished(control, found))
        return ControlResult(
            id=control.id,
            dimension=control.dimension,
            title=control.title,
            severity=control.severity,
            question=control.question,
            why=control.why,
            fix=control.fix,
            looked_for=control.looks_for,
            refs=control.refs,
            verdict=found,
        )

    def _finished(self, control: Control, found: Verdict) -> tuple[Finding, ...]:
        """Findings with their fingerprints and fix snippets."""
        states = [self.workspace.state(f.path) for f in found.findings]
        digests = tuple(state.digest if state is not None else b"" for state in states)
        known = self._fingerprinted.get(control.id)
        if known is not None and known[0] == found and known[1] == digests:
            return known[2]
        lines: dict[str, list[str]] = {}
        for path in {f.path for f in found.findings}:
            content = self.workspace.content(path)
            lines[path] = text_lines(decode(content)) if isinstance(content, bytes) else []
        places = [(f.path, "\n".join(lines[f.path][f.line - 1 : f.line])) for f in found.findings]
        finished = tuple(
            replace(
                f, fingerprint=mark, words=fingerprint(control.id, "", text), fix=_snippet(control, f)
            )
            for f, mark, (_, text) in zip(
                found.findings, fingerprints(control.id, places), places, strict=True
            )
        )
        self._fingerprinted[control.id] = (found, digests, finished)
        return finished

    def _scorecard(
        self, results: list[ControlResult], rejudged: tuple[str, ...], seconds: float
    ) -> Scorecard:
        held = traits(self.db)
        score, band, withheld = scored(results) if "llm" in held else (None, None, None)
        return Scorecard(
            tree=self.workspace.info(),
            traits=tuple(sorted(held)),
            score=score,
            band=band,
            withheld=withheld,
            dimensions=tuple(
                score_dimension(key, results, name)
                for key, name in (*DIMENSIONS.items(), *self.own.dimensions)
            ),
            controls=tuple(results),
            timing=Timing(seconds, len(self.workspace.files), len(self.store.parsed)),
            skipped=self.workspace.skipped,
            rejudged=rejudged,
            seen=seen_traits(self.db),
            mistakes=self._mistakes(),
        )

    def _divided(self, card: Scorecard) -> Scorecard:
        """A scorecard with its workflows; one that was found at the root goes by the tree's name."""
        name = PurePath(card.tree.path).name or "tree"
        rules = (*_catalogue(), *self.own.rules)
        return with_scores(replace(card, division=division(self.db, rules, card.controls, name)))


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Without the collector of cycles: judging leaves none, and looking costs a tenth of a scan."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _snippet(control: Control, finding: Finding) -> str:
    """The fix for the SDK at a finding, for its language when there is none for the SDK."""
    language = "python" if finding.path.endswith(".py") else "typescript"
    return control.snippets.get(finding.fix) or control.snippets.get(language, "")
