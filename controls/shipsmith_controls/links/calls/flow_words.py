"""The words by which a flow tells what a part of a response is, and what a name makes of it."""

from __future__ import annotations

import re

from shipsmith_controls.facts import code
from shipsmith_controls.links.production import tokens
from shipsmith_controls.links.values.index import inside

Kinds = frozenset[str]
NONE: Kinds = frozenset()

USAGE = re.compile(
    r"^(?:usage\w*|total_?usage|\w*token_?(?:usage|counts?)|(?:prompt|completion|input|output"
    r"|total)_?tokens?"
    r"|usage_?metadata|prompt_eval_count|eval_count|last_usage)$",
    re.IGNORECASE,
)
META = frozenset(
    "id model created system_fingerprint finish_reason finishReason stop_reason stopReason "
    "object role type "
    "status status_code headers request_id tool_calls toolCalls warnings isError name index".split()
)
WHOLE = frozenset(
    "response raw_response raw data result body value final_response last_response partial snapshot "
    "response_metadata final_output_as context_wrapper []".split()
)
MONEY = frozenset({"cost", "costs", "price", "prices", "usd", "spend", "spent", "charge", "billing"})
SAME = frozenset(
    "model_dump model_dump_json to_dict to_json dict json copy deepcopy asdict vars stringify "
    "str repr dumps "
    "jsonable_encoder serialize parse_obj get_final_message finalMessage final_message "
    "get_final_completion "
    "get_final_response finalChatCompletion list tuple aiter iter anext next gather all await stream "
    "toUIMessageStream toDataStreamResponse toTextStreamResponse tee then finally result get awaitable "
    "AsyncIteratorWrapper items values_of enumerate".split()
)
GROWS = frozenset({"append", "push", "extend", "insert", "appendleft", "put_nowait", "unshift", "concat"})
READERS = frozenset(
    "isinstance len bool hasattr type issubclass range print id callable print_exc all any min "
    "max".split()
)


def named(name: str, kinds: Kinds) -> Kinds:
    """What a value carries after it was given a telling name (`cost`, `usage`)."""
    words = tokens(name)
    if words & MONEY and kinds & {"usage", "answer", "response", "estimate"}:
        return frozenset({"money"})
    if USAGE.match(name) and kinds & {"response", "answer"}:
        return frozenset({"usage"})
    return kinds


def words_in(call: code.Call, module: code.Module) -> frozenset[str]:
    """Words of every name, key and keyword in the arguments of a call."""
    found: set[str] = set()
    for given in (*call.args, *(k.value for k in call.keywords)):
        for part in inside(given, module):
            if isinstance(part, code.Name):
                found |= tokens(part.id)
            elif isinstance(part, code.Attribute):
                found |= tokens(part.name)
            elif isinstance(part, code.Mapping):
                for key, _ in part.entries:
                    if isinstance(key, code.Literal) and isinstance(key.value, str):
                        found |= tokens(key.value)
            elif isinstance(part, code.CallRef):
                for keyword in module.calls[part.call].keywords:
                    found |= tokens(keyword.name or "")
    for keyword in call.keywords:
        found |= tokens(keyword.name or "")
    return frozenset(found)
