"""A scorecard as it may come from a small support bot, and what a worker would say of it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import msgspec
from shipsmith_controls.scorecard import (
    DIMENSIONS,
    ControlResult,
    Evidence,
    Finding,
    Scorecard,
    Severity,
    Status,
    Timing,
    TreeInfo,
    Verdict,
    band_of,
    percent,
    score_dimension,
    why_withheld,
)

from shipsmith_tui.protocol import AckView, Cause, FromWorker, Judged, LedgerView, Ready, WatchState


@dataclass(frozen=True)
class Words:
    """What a control of the sample says, when the sample needs it in full."""

    question: str
    why: str
    fix: str
    looked_for: str
    refs: tuple[str, ...]


_WORDS = {
    "RES-01": Words(
        "Does someone in this repository decide how long each LLM call may take?",
        "A call without a limit holds its worker as long as the provider likes. A provider that hangs "
        "for ten minutes takes the whole service with it.",
        "Give every client an explicit timeout, in seconds in Python, in milliseconds in TypeScript.",
        "timeout arguments of calls and clients, with_options, asyncio.timeout, AbortSignal.timeout",
        ("AWS REL05-BP05", "OWASP LLM10"),
    ),
    "COS-02": Words(
        "Does every AI account have a spend limit that stops, not only warns?",
        "A loop that calls a model all night is paid for in the morning.",
        "Set a hard limit in the console of every provider and attest it.",
        "nothing in a repository can show it",
        ("AWS COST02",),
    ),
}


def finding(path: str, line: int, message: str, **more: object) -> Finding:
    """A finding with a fingerprint of its own."""
    return msgspec.convert(
        {
            "path": path,
            "line": line,
            "end_line": line,
            "message": message,
            "fingerprint": f"fp-{path}-{line}-{message[:4]}",
            **more,
        },
        Finding,
    )


def control(
    id: str,  # noqa: A002 - the field's own name
    title: str,
    severity: str = "high",
    status: str = "done",
    *findings: Finding,
    **more: object,
) -> ControlResult:
    """A control of the sample."""
    words = _WORDS.get(id)
    verdict = msgspec.convert({"status": status, **more}, Verdict)
    return ControlResult(
        id=id,
        dimension=id[:3],
        title=title,
        severity=Severity(severity),
        question=words.question if words else f"{title}: does it hold everywhere?",
        why=words.why if words else "What is left to chance fails on the day that matters.",
        fix=words.fix if words else "Say it once, in code, where every call passes.",
        looked_for=words.looked_for if words else "calls, settings and documents that show it",
        refs=words.refs if words else ("NIST AI 600-1",),
        verdict=msgspec.structs.replace(verdict, findings=findings),
    )


TIMEOUTS = (
    finding(
        "app/agent.py",
        42,
        "client without timeout",
        end_line=43,
        fix="client = OpenAI(timeout=30)\nreply = client.chat.completions.create(",
    ),
    finding("app/llm/client.py", 17, "ChatOpenAI(timeout=None) switches it off"),
    finding("app/jobs/nightly.py", 88, "client comes from a factory", confidence="low"),
    finding("app/api/routes/conversations/summaries.py", 204, "client without timeout"),
    finding("app/tools/search.py", 31, "requests.post without timeout"),
    finding("app/tools/embed.py", 12, "client without timeout"),
)

_PASSING = (
    ("DAT-01", "Every source of the index is named", "high"),
    ("DAT-04", "Chunks keep where they came from", "medium"),
    ("DAT-05", "Documents are checked before they are indexed", "high"),
    ("DAT-08", "Deleted documents leave the index", "high"),
    ("DAT-12", "The index can be built again from nothing", "medium"),
    ("MOD-02", "Model ids stand in one place", "medium"),
    ("MOD-07", "Prompts are versioned with the code", "high"),
    ("MOD-11", "Structured output is asked for by schema", "medium"),
    ("EVA-09", "Evaluations can be run by one command", "medium"),
    ("OBS-01", "Every LLM call is traced", "critical"),
    ("OBS-02", "Errors carry the request id of the provider", "medium"),
    ("OBS-06", "Latency is measured per call", "high"),
    ("OBS-09", "Prompts in logs are free of personal data", "high"),
    ("RES-02", "Agent loops stop at a hard limit", "critical"),
    ("RES-08", "Streams that break are noticed", "medium"),
    ("SEC-02", "Tools check who asks", "critical"),
    ("SEC-04", "Model output is never run as code", "critical"),
    ("SEC-07", "Uploaded files are limited in size", "high"),
    ("SEC-11", "Dependencies are pinned", "medium"),
    ("COS-01", "Output tokens are capped on every generation", "high"),
    ("COS-03", "Prompts are cached where they repeat", "medium"),
    ("COS-05", "Embeddings are not computed twice", "medium"),
    ("COS-06", "The cheap model answers the easy questions", "low"),
    ("ADO-01", "Every AI workflow has a named owner", "high"),
    ("ADO-05", "Users are told that they talk to an AI", "high"),
)


def controls() -> tuple[ControlResult, ...]:
    """The controls of the sample, in the order of the catalogue."""
    failing = [
        control(
            "RES-01",
            "Every LLM call has an explicit timeout",
            "critical",
            "missing",
            *TIMEOUTS,
            coverage=(3, 9),
        ),
        control(
            "RES-03",
            "Transient errors are retried with bounded backoff",
            "high",
            "partial",
            finding("app/agent.py", 42, "max_retries=0, nothing around it"),
            finding("app/tools/search.py", 31, "retry without a limit"),
            coverage=(7, 9),
        ),
        control(
            "RES-05",
            "An LLM failure degrades to a clear answer",
            "high",
            "partial",
            finding("app/api/chat.py", 57, "the exception reaches the client"),
            coverage=(2, 3),
        ),
        control(
            "RES-09",
            "Jobs can be run twice without harm",
            "medium",
            "missing",
            finding("app/jobs/nightly.py", 61, "writes without a key"),
        ),
        control(
            "SEC-01",
            "No AI key in the tree or in client code",
            "critical",
            "missing",
            finding("web/src/lib/assistant.ts", 9, "key of a provider in browser code"),
        ),
        control(
            "SEC-03",
            "Untrusted text is fenced off in prompts",
            "high",
            "partial",
            finding("app/prompts/answer.py", 23, "page text joins the instructions", confidence="low"),
            coverage=(4, 5),
        ),
        control(
            "OBS-04",
            "Token usage is recorded, streams included",
            "high",
            "partial",
            *(
                finding(f"app/llm/stream_{n}.py", 30 + n, "usage of the stream is dropped")
                for n in range(5)
            ),
            coverage=(4, 9),
        ),
        control("OBS-07", "A failing provider raises an alarm", "medium", "missing", confidence="low"),
        control("EVA-01", "An own evaluation dataset is in the repository", "high", "missing"),
        control("EVA-02", "Evaluations run in CI", "high", "missing"),
        control(
            "EVA-03",
            "Every prompt is covered by an evaluation",
            "high",
            "missing",
            finding("app/prompts/answer.py", 1, "no evaluation reaches it"),
            finding("app/prompts/summary.py", 1, "no evaluation reaches it"),
            coverage=(0, 2),
        ),
        control("EVA-06", "A release waits for its evaluation", "medium", "partial"),
        control(
            "MOD-01",
            "Model versions are fixed",
            "high",
            "partial",
            finding("app/settings.py", 14, "gpt-4o-mini floats"),
            coverage=(2, 3),
        ),
        control(
            "MOD-04",
            "Temperature is set on purpose",
            "low",
            "missing",
            finding("app/agent.py", 42, "left to the default"),
        ),
        control(
            "MOD-09",
            "Retired models are not called",
            "high",
            "missing",
            finding("app/settings.py", 19, "gpt-4-0314 was retired in 2024"),
        ),
        control(
            "DAT-02",
            "Personal data is found before it is indexed",
            "high",
            "partial",
            finding("app/ingest/load.py", 77, "text goes in as it comes"),
            coverage=(1, 2),
        ),
        control("DAT-09", "Embeddings name their model", "medium", "partial"),
        control("ADO-03", "Feedback of users reaches the team", "medium", "partial"),
        control("GOV-03", "Risks are assessed", "high", "ask"),
        control("COS-02", "Every AI account has a hard spend limit", "high", "ask"),
        control("COS-08", "Somebody looks at the bill every month", "medium", "ask"),
        control("ADO-07", "People are trained", "medium", "ask"),
        control(
            "MOD-14",
            "Fine-tuned models name their data",
            "medium",
            "not_applicable",
            note="Nothing is fine-tuned here.",
        ),
        control(
            "DAT-13",
            "Feature stores are versioned",
            "low",
            "not_applicable",
            note="There is no feature store.",
        ),
        control("GOV-06", "The model inventory is kept", "medium", "not_built"),
    ]
    passing = [
        control(id_, title, severity, "done", evidence=[Evidence("app/llm/client.py", 8, "seen here")])
        for id_, title, severity in _PASSING
    ]
    order = list(DIMENSIONS)
    return tuple(sorted([*failing, *passing], key=lambda c: (order.index(c.dimension), c.id)))


def scorecard(results: tuple[ControlResult, ...] | None = None) -> Scorecard:
    """A scorecard over these controls, by default over those of the sample."""
    listed = list(controls() if results is None else results)
    score = percent([c.verdict for c in listed])
    return Scorecard(
        tree=TreeInfo("/home/dev/support-bot", "3f2a9c1", "main", True),
        traits=("llm", "agent", "rag", "service"),
        score=score,
        band=None if score is None else band_of(score),
        withheld=why_withheld(listed),
        dimensions=tuple(score_dimension(key, listed) for key in DIMENSIONS),
        controls=tuple(listed),
        timing=Timing(0.41, 312, 84),
    )


def with_status(card: Scorecard, id_: str, status: str, *findings: Finding) -> Scorecard:
    """The same tree with one control judged otherwise."""
    changed = tuple(
        msgspec.structs.replace(
            c,
            verdict=msgspec.structs.replace(
                c.verdict, status=Status(status), findings=findings, coverage=None
            ),
        )
        if c.id == id_
        else c
        for c in card.controls
    )
    return scorecard(changed)


LEDGER = LedgerView(
    acknowledged=(
        AckView(
            control="MOD-04",
            reason="a support bot may vary",
            by="dev@example.com",
            on=datetime.date(2026, 11, 2),
            until=datetime.date(2027, 2, 1),
            findings=("fp-app/agent.py-42-left",),
        ),
        AckView(
            "ADO-03", "the feedback form comes in March", "dev@example.com", datetime.date(2026, 11, 9)
        ),
    )
)

START = Cause(kind="start", rejudged=115, of=115, milliseconds=412)
SAVE = Cause(
    kind="save",
    paths=("app/agent.py",),
    rejudged=7,
    of=115,
    milliseconds=31,
    newly_failing=("RES-01",),
    fixed=("RES-05",),
)


def session() -> list[FromWorker]:
    """What a worker says until the first save is judged."""
    before = with_status(scorecard(), "RES-01", "done")
    after = scorecard()
    fixed = with_status(after, "RES-05", "done")
    return [
        Ready(4242),
        Judged(before, START, LEDGER),
        WatchState("live", 1_795_000_000.0),
        Judged(fixed, SAVE, LEDGER),
    ]


SOURCE_LINES = tuple(
    """\
from openai import OpenAI

from app.prompts import answer as prompt
from app.tools import search

SYSTEM = prompt.load("answer")


def build(question: str) -> list[dict[str, str]]:
    \"\"\"Messages for one question.\"\"\"
    found = search.run(question, limit=5)
    return [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": f"{found}\\n\\n{question}"},
    ]


def answer(question: str) -> str:
    messages = build(question)
    reply = client.chat.completions.create(
        model="gpt-4o-mini",
        messages=messages,
    )
    return reply.choices[0].message.content or ""


# Kept for the nightly job.
def answer_all(questions: list[str]) -> list[str]:
    return [answer(question) for question in questions]
""".splitlines()
)
"""The sample's app/agent.py from line 23 on: the call that is found stands on line 42."""

FIRST_LINE = 23
