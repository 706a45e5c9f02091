"""What the name of a tracer's function tells: how it works, and which SDKs it records."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from shipsmith_controls.knowledge import load
from shipsmith_controls.knowledge.tables import Tracer

Role = Literal["process", "decorator", "wrap", "span", "handler", "client", "neutral"]
"""`process`: started once for all calls of its SDKs. `decorator`, `span`: around a function. `wrap`:
takes a client or function. `handler`: a callback object. `client`: a client that traces itself.
`neutral`: opens a connection, records nothing by itself."""

_NEUTRAL = frozenset(
    "Langfuse get_client Opik init_logger initLogger record_custom_event add_trace_processor "
    "set_trace_processors addTraceProcessor setTraceProcessors withTrace Attachment".split()
)
_CLIENTS = frozenset(
    "OpenAI AsyncOpenAI AzureOpenAI AsyncAzureOpenAI openai Anthropic Portkey AsyncPortkey "
    "createHelicone createAiGateway createPortkey createHeaders PromptLayer".split()
)
_HANDLER = re.compile(r"(?:CallbackHandler|OpikTracer|LangChainTracer)$")
_WRAP = re.compile(
    r"^(?:wrap|observe|track|traceable$|traced$|op$|withWorkflow|withTask"
    r"|instrumentOpenAiClient|BraintrustMiddleware)"
)
_SPAN = re.compile(
    r"^(?:start_|startActive|startObs|generation$|trace$|span$|RunTree$|tracing_context$"
    r"|log_request$|run$)"
)
_PLAIN = re.compile(r"[^a-z0-9]")
_AROUND_NAME = re.compile(
    r"^(?:instrument_|setup_)|(?:Instrumentor|Instrumentation|AIIntegration|Integration)$|\.?autolog$"
)
_SAME = {
    "vertexai": ("google-generativeai", "google-genai"),
    "langchain": ("langchain", "langgraph", "deepagents"),
    "vercel": ("ai-sdk",),
    "autogenagentchat": ("autogen",),
    "gemini": ("google-genai", "google-generativeai"),
    "openaiagents": ("openai-agents",),
    "googlegenaisdk": ("google-genai",),
}


@cache
def role_of(name: str) -> Role:
    """What a use of this name does."""
    last = name.rsplit(".", 1)[-1]
    if last in _NEUTRAL:
        return "neutral"
    if last in _CLIENTS:
        return "client"
    if _HANDLER.search(last):
        return "handler"
    if _WRAP.match(last):
        return "wrap"
    return "span" if _SPAN.match(last) else "process"


@cache
def narrowed(tracer: Tracer, name: str) -> tuple[str, ...]:
    """The SDK families that a use records: of an instrumentor named after one, only that one."""
    last = name if "autolog" in name else name.rsplit(".", 1)[-1]
    bare = _PLAIN.sub("", _AROUND_NAME.sub("", last).lower())
    if bare in _SAME:
        return _SAME[bare]
    for family in _families():
        if bare and bare == _PLAIN.sub("", family):
            return (family,)
    return tracer.covers


@cache
def _families() -> frozenset[str]:
    own = {family_of(sdk.key) for sdk in load().sdks}
    return frozenset(
        own | {c for t in load().tables.tracer for c in t.covers if c not in ("*", "wrapped")}
    )


def family_of(sdk: str) -> str:
    """The family of an SDK's key: `openai` of `openai-python` and `openai-js`."""
    return sdk.removesuffix("-python").removesuffix("-js")
