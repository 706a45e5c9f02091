"""The shape of what is known about SDKs: which calls exist, what they default to, where settings stand.

Adding an SDK is adding a table to `sdks/*.toml`; nothing here names one.
"""

from __future__ import annotations

from typing import Literal

import msgspec

CallKind = Literal[
    "generation", "agent", "graph", "remote_agent", "embedding", "rerank", "image", "video",
    "speech", "moderation", "carried",
]  # fmt: skip
"""What a call does. `generation` and `agent` (a framework run that calls the model itself) and
`remote_agent` are LLM calls; `graph` runs nodes that stand in the tree; the rest are side calls.
`carried`: what the object inside does; without one that calls a model it is no model call."""

Argument = str
"""Where a setting stands in a call: a keyword, or in TypeScript an option of the first object
(`timeout`); a dotted path into nested options, mappings or constructor calls
(`config.http_options.timeout`); `#0` for a position, `#1.timeout` for an option of what stands there.
`model` arguments hold an id or a client object; a timeout argument may hold an abort signal."""


class Setting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A setting of a call or client: the arguments that carry it and what holds when none is given."""

    arguments: tuple[Argument, ...] = ()
    default: float | str | None = None
    """Effective value when unset; None: nothing (no timeout, no retry, no cap)."""
    unit: Literal["s", "ms", "count", ""] = ""
    inherits: bool = False
    """When unset, the client underneath or the wrapped call decides; the verdict is open."""
    none_disables: bool = True
    """An explicit None/null/0 switches it off (openai `timeout=None`); false: None means unset."""


class Credential(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a client takes its key from: arguments, variables it reads by itself, keyless ways."""

    arguments: tuple[Argument, ...] = ()
    env: tuple[str, ...] = ()
    keyless: tuple[Argument, ...] = ()
    """Arguments whose presence means a workload identity (`azure_ad_token_provider`)."""
    none: bool = False
    """The SDK needs no key (in-process or self-hosted models, platform role)."""


class CallShape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to call a model."""

    path: tuple[str, ...]
    """Attribute paths after the client (`chat.completions.create`), or names of functions or
    classes that the module exports (`generateText`, `Runner.run`); `()` is calling the client
    itself, `default` a module's default export."""
    kind: CallKind = "generation"
    named: tuple[str, ...] = ()
    """Of a call that takes any model: `word=kind` for words of the function around it that tell
    what it does."""
    api: str = ""
    """The wire form, for rules that hang on it: `openai-chat`, `openai-responses`,
    `anthropic-messages`, `gemini`, `bedrock`, `ai-sdk`, `langchain`, …"""
    model: tuple[Argument, ...] = ()
    prompt: tuple[Argument, ...] = ()
    """Arguments that hold prompt text (`messages`, `system`, `instructions`, `#0`)."""
    tools: tuple[Argument, ...] = ()
    schema: tuple[Argument, ...] = ()
    """Arguments that enforce a response schema (`response_format`, `schema`, `output_type`)."""
    structured: bool = False
    """The call itself asks for structure (`generateObject`, `responses.parse`)."""
    stream: Literal["never", "always"] | str = "never"
    """`never`, `always`, or the argument that switches streaming on (`stream`)."""
    timeout: Setting | None = None
    """None, here and for the next three: the call takes none of its own; its client decides."""
    retries: Setting | None = None
    cap: Setting | None = None
    steps: Setting | None = None
    """Bound of the agent loop that the call runs."""
    agent: tuple[Argument, ...] = ()
    """Argument that holds the agent object being run (`Runner.run(agent, …)`: `#0`)."""
    command: tuple[str, ...] = ()
    """Names whose construction stands as `#0` and carries the arguments
    (`send(new ConverseCommand({…}))`); with any other `#0` this is no such call."""
    returns: str = ""
    """Name of the client type that the result is, when it is one."""


class Requirement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A literal that must stand in a constructor call for it to make this type."""

    arguments: tuple[Argument, ...]
    values: tuple[str, ...]


class ClientType(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An object that calls go through: an SDK client, a chat model, an agent, a compiled graph.

    Settings here are the constructor's; a call's own setting wins over them.
    """

    name: str
    constructors: tuple[str, ...]
    """Names exported by the SDK's modules that make one; dotted for static makers
    (`Agent.from_file`); a constructor may be a class or a function; none: only derived."""
    like: str = ""
    """A type of this SDK whose fields hold where this one is silent; the loader resolves it."""
    requires: Requirement | None = None
    """`boto3.client` makes a model client only with `bedrock-runtime` as `#0`."""
    provider: str = ""
    """Whom it talks to: `openai`, `azure`, `anthropic`, `google`, `aws`, `openrouter`, …;
    "" when arguments decide."""
    model: tuple[Argument, ...] = ()
    default_model: str = ""
    """The id that holds when none is given, the same in every version of the SDK."""
    prompt: tuple[Argument, ...] = ()
    tools: tuple[Argument, ...] = ()
    registers: tuple[str, ...] = ()
    """Methods that make the function which they decorate a tool of this object (`@agent.tool`)."""
    schema: tuple[Argument, ...] = ()
    timeout: Setting | None = None
    retries: Setting | None = None
    cap: Setting | None = None
    steps: Setting | None = None
    credential: Credential | None = None
    base_url: tuple[Argument, ...] = ()
    base_url_env: tuple[str, ...] = ()
    inner: tuple[Argument, ...] = ()
    """Arguments that hold another client through which this one works (`model=`, `client=`)."""
    copies: tuple[str, ...] = ()
    """Methods that return the same thing with settings laid over (`with_options`, `bind`)."""
    derives: dict[str, str] = {}
    """Methods or attributes that return another client type of this SDK: method -> type name;
    `()` is calling the object itself, `*` any method. Arguments of the deriving call count as the
    constructor's; what the derived type leaves open, the client it came from decides."""
    pipes: bool = False
    """Composed with `|` or `.pipe()` it stays callable (LangChain runnables)."""
    calls: tuple[CallShape, ...] = ()
    local: bool = False
    """The model runs in this process: no timeout, retry or key is needed."""


class Defaults(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Defaults that differ in a range of versions of the first package.

    They replace the defaults of every type and call of the SDK that has such a setting.
    """

    versions: str
    """PEP 440 text: `<0.28`, `>=1.0,<2`."""
    timeout: float | None = None
    retries: float | None = None
    cap: float | None = None
    steps: float | None = None


class Sdk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One SDK in one language."""

    key: str
    """`openai-python`, `ai-sdk`, `langchain-js`: the key by which fix snippets are chosen."""
    title: str
    language: Literal["python", "typescript"]
    packages: tuple[str, ...]
    """Distributions that install it, for the version and as a weak sign."""
    modules: tuple[str, ...]
    """Import roots: `openai` matches `openai` and `openai.x`; `@ai-sdk/openai` likewise with `/`."""
    source: str
    """Where the defaults were read, with version and date."""
    types: tuple[ClientType, ...] = ()
    functions: tuple[CallShape, ...] = ()
    """Calls that need no client object: `generateText({...})`, `litellm.completion(...)`."""
    composes: tuple[str, ...] = ()
    """Names whose call puts its arguments one after another, as `|` does (`RunnableSequence.from`)."""
    defaults: tuple[Defaults, ...] = ()
