"""What a user interface shows, by words on its lines: messages, answers, notices, names, ways to help.

These facts come from a search over bytes, so that a large interface need not be parsed to find the
few files that matter.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Literal as OneOf

from shipsmith_controls.facts.code import Fact

ShownKind = OneOf[
    "messages",
    "chat",
    "answer",
    "notice",
    "aside",
    "name",
    "help",
    "handover",
    "rating",
    "accept",
    "discard",
    "change",
]
"""`messages`: a list of chat messages is laid out. `chat`: a chat hook or widget of a library.
`answer`: model text is rendered. `notice`: a text says that an AI speaks; `aside`: it says so in an
attribute. `name`: a short text with the word AI, GPT, bot. `help`: a link to support. `handover`:
an offer to talk to a person. `rating`: a control to rate. `accept`, `discard`: take or leave a
text. `change`: regenerate, edit, stop, undo."""


class Shown(Fact, frozen=True):
    """Something that a line of a user interface shows; `text` are the words that say so."""

    kind: ShownKind
    line: int
    text: str


_MARKUP = frozenset({".tsx", ".jsx", ".vue", ".svelte", ".html", ".htm"})
_SCRIPT = frozenset({".ts", ".js", ".mjs"})
_PYTHON_UI = re.compile(
    rb"^\s*(?:import|from)\s+(?:streamlit|gradio|chainlit|nicegui|mesop|panel|telegram|aiogram|discord"
    rb"|slack_bolt|telebot|botbuilder)\b",
    re.M,
)
_PYTHON_WORDS = (
    b"streamlit",
    b"gradio",
    b"chainlit",
    b"nicegui",
    b"mesop",
    b" panel",
    b"telegram",
    b"aiogram",
    b" discord",
    b"slack_bolt",
    b"telebot",
    b"botbuilder",
)
_LOCALE = re.compile(
    r"(?:^|/)(?:locales?|i18n|lang|langs|languages|translations?|messages)/[^/]*|en(?:-US)?\.json$"
)
NOTICE = (
    rb"AI[- ]generated|[Gg]enerated (?:by|with) (?:an )?AI\b|[Pp]owered by AI and (?:can|may|might)"
    rb"|\b(?:AI|LLMs?|[Aa]ssistants?|[Bb]ots?|[Cc]hatbots?"
    rb"|(?!(?:It|This|That|We|You|Your|The|There|These|Some|Values?|Data|Files?|Inputs?|Password)\b)"
    rb"[A-Z][\w.-]*(?: [A-Z][\w.-]*){0,2})"
    rb"(?: responses?| answers?)? (?:can|may|might) (?:make mistakes|be wrong|be inaccurate|be incorrect"
    rb"|produce)"
    rb"|(?:[Cc]hatting|[Tt]alking|[Ss]peaking) (?:to|with) an? (?:AI|virtual|automated)\b"
)
_NOTICE = re.compile(NOTICE)
_MESSAGES = re.compile(
    rb"\.map\(\s*(?!async\b)\(?\s*\(?[\w{\[]|\bdata=\{\s*(?:\w+\.)?(?:chat|rendered|visible)?[mM]essages\b"
    rb"|v-for=\"[^\"]*\b(?:in|of)\s+\w*\.?(?:\w*[mM]essages|answers|conversation)\b"
    rb"|\{#each\s+[\w.$]*(?:[mM]essages|answers|conversation)\b"
    rb"|<Thread(?:Primitive)?\.Messages\b"
    rb"|\b(?:id|class)=\"(?:chat-?[mM]essages|messages-?(?:list|container)?)\""
    rb"|st\.chat_message\(|(?:gr|gradio)\.(?:ChatInterface|Chatbot)\(|@cl\.on_message|ui\.chat_message\("
    rb"|pn\.chat\.Chat(?:Interface|Feed)\("
)
_LISTED = re.compile(
    rb"(?<![\w])(?:(?:chat|rendered|processed|streamed|visible|displayed?|filtered|all|ui|grouped|sorted)_?)?"
    rb"(?:[mM]essages|[aA]nswers|[cC]onversation|chat_?[hH]istory|[tT]urns)\s*\??"
    rb"(?:\.\s*(?:filter|slice|reverse|toReversed|sort)\((?:[^()]|\([^()]*\))*\)\s*)?\Z"
)
_BEFORE = 200
_CHAT = re.compile(
    rb"\buse(?:Chat|Completion|Assistant|Object|LangGraphRuntime|ChatRuntime|CopilotChat)\(|<(?:CopilotChat|CopilotPopup|"
    rb"CopilotSidebar|AssistantChat|DeepChat|deep-chat|Thread|ChatKit|ChatContainer)\b"
)
_ANSWER = re.compile(
    rb"dangerouslySetInnerHTML|\buseRemark\(|<(?:ReactMarkdown|Markdown|MarkdownRenderer|MemoizedMarkdown|Response|MessageResponse|Streamdown|"
    rb"MessageMarkdown)\b|\bv-html=|\{@html\b"
)
_NAME_WORD = re.compile(rb"\b(?:AI|GPT(?!-?\d)|[Cc]hat[bB]ot|[Bb]ot|ChatGPT|[A-Z]\w*GPT)\b")
_NAME_TEXT = re.compile(r"[A-Z][\w.&'-]*(?: [A-Z][\w.&'-]*){0,4}")
_FIELD = re.compile(
    r"\b(?:API|Keys?|Models?|Providers?|Settings|URL|Endpoint|Tokens?|Preferences?)\b", re.I
)
"""Words of labels in settings, which name services and not the product."""
_PYTHON_NAME = re.compile(
    r"\b(?:st|gr|gradio)\.(?:title|header|subheader|caption|Markdown|ChatInterface|Blocks)\(.*?[\"']([^\"']{0,80})[\"']"
)
_HELP = re.compile(
    rb"<(?:a|Link|Button|button)\b[^>]*(?:href|to)=[\"'{][^>]*>\s*(?:<[^>]*>\s*)*"
    rb"([^<\n]*\b(?:[Ss]upport|[Cc]ontact(?: us)?|[Gg]et help)\b[^<\n]*)<"
    rb"|href=[\"'{`]+(mailto:[^\"'}`]*(?:support|help|contact)[^\"'}`]*)"
    rb"|\[([^\]\n]*\b(?:[Ss]upport|[Cc]ontact us|[Gg]et help)\b[^\]\n]*)\]"
    rb"\((?:https?:|mailto:)[^)]*\)"
)
_HANDOVER = re.compile(
    rb"\b(?:[Tt]alk|[Ss]peak|[Cc]hat|[Cc]onnect(?: me)?) (?:to|with) (?:an? |our )?"
    rb"(?:human|(?:real |live )?person|live agent|human agent|support agent|representative)\b"
)
_RATING = re.compile(
    rb"\b(?:ThumbUp|ThumbsUp|ThumbDown|ThumbsDown|HandThumbUp|HandThumbsUp|ThumbLike|LikeIcon|LikeFilled)\w*"
    rb"|\bthumbs?[-_]?(?:up|down)\b|\xf0\x9f\x91[\x8d\x8e]|\bst\.feedback\(|\bstreamlit_feedback\(|\.like\(|\bon_feedback\b"
    rb"|\bon(?:Feedback|Vote|Rate|Rating|Like|Dislike|ThumbsUp)\b|\bhandle(?:Feedback|Vote|Rating|Like|Dislike|Thumb)\w*"
)
_ACCEPT = re.compile(
    rb">\s*(?:Accept|Apply|Insert(?: below)?|Replace(?: selection)?|Approve|Use this|Keep)"
    rb"(?: (?:all|changes?|suggestions?))?\s*<"
    rb"|^\s*(?:Accept|Apply|Insert below|Replace selection|Approve|Use this)"
    rb"(?: (?:all|changes?|suggestions?))?\s*$"
    rb"|\bon(?:Accept|Apply|Approve)(?:Suggestion|Completion|Change|Edit|All)?\s*=",
    re.M,
)
_DISCARD = re.compile(
    rb">\s*(?:Discard|Reject|Dismiss|Decline)(?: (?:all|changes?|suggestions?))?\s*<"
    rb"|^\s*(?:Discard|Reject|Dismiss|Decline)(?: (?:all|changes?|suggestions?))?\s*$"
    rb"|\bon(?:Discard|Reject|Dismiss|Decline)(?:Suggestion|Completion|Change|Edit|All)?\s*=",
    re.M,
)
_CHANGE = re.compile(
    rb"\b(?:on)?(?:[rR]egenerate|[sS]top(?:Button|Generat\w*|Stream\w*|Icon)|onStop|handleStop|[uU]ndo|[rR]estoreVersion|"
    rb"MessageEditor|[eE]ditMessage|on(?:Message)?Edit|retryMessage|[rR]etryAnswer)\b(?=[\s(=}/>,])"
    rb"|>\s*(?:Regenerate|Stop(?: generating)?|Undo|Restore this version)\s*<"
)
_ATTRIBUTE = re.compile(
    rb"(?:alt|title|aria-label|placeholder|content|tooltip|description|label)\s*[=:]\s*[{]?[\"'`]?[^\"'`<>]*$"
)
_TABLE: tuple[tuple[ShownKind, re.Pattern[bytes], tuple[bytes, ...]], ...] = (
    (
        "messages",
        _MESSAGES,
        (
            b".map(",
            b"v-for",
            b"#each",
            b'essages"',
            b"chat_message(",
            b"gr",
            b"pn.",
            b"@cl.",
            b".Messages",
        ),
    ),
    (
        "chat",
        _CHAT,
        (b"Chat", b"useCompletion", b"useAssistant", b"useObject", b"Runtime", b"<Thread", b"deep-chat"),
    ),
    (
        "answer",
        _ANSWER,
        (
            b"dangerously",
            b"Markdown",
            b"<Response",
            b"<Message",
            b"<Streamdown",
            b"v-html",
            b"{@html",
            b"useRemark(",
        ),
    ),
    (
        "notice",
        _NOTICE,
        (
            b"enerated ",
            b"-generated",
            b"mistakes",
            b"inaccurate",
            b"be wrong",
            b"incorrect",
            b"produce",
            b"owered by AI",
            b"king to a",
            b"king with a",
            b"ting with a",
            b"ting to a",
        ),
    ),
    ("help", _HELP, (b"upport", b"ontact", b"et help", b"mailto:")),
    ("handover", _HANDOVER, (b"human", b"person", b"agent", b"representative")),
    ("rating", _RATING, (b"humb", b"\xf0\x9f\x91", b"eedback", b"Vote", b"Rat", b"Like", b"like(")),
    ("accept", _ACCEPT, (b"Accept", b"Apply", b"Insert", b"Replace", b"Approve", b"Use this", b"Keep")),
    ("discard", _DISCARD, (b"Discard", b"Reject", b"Dismiss", b"Decline")),
    (
        "change",
        _CHANGE,
        (b"egenerate", b"Stop", b"stop", b"ndo", b"Edit", b"etry", b"Restore", b"restoreVersion"),
    ),
)
_PYTHON_KINDS = frozenset({"messages", "notice", "rating", "help", "handover"})
_COMMENT = (b"//", b"*", b"/*", b"#", b"<!--", b"{/*")
_LIMIT = 400_000
_LONGEST = 500
_ASIDE = re.compile(
    r"(?:^|/)(?:tests?|__tests__|node_modules|e2e|stories)/|\.(?:test|spec|stories)\.|\.min\.js$"
)


def extract(source: bytes, path: str) -> tuple[Shown, ...]:
    """What a file of a user interface (or its texts in a language) shows, by line; else nothing."""
    kinds = _kinds_of(source, path)
    if not kinds or len(source) > _LIMIT or _ASIDE.search(path):
        return ()
    found: list[tuple[int, ShownKind, bytes]] = []
    for kind, pattern, words in _TABLE:
        if kind in kinds and any(word in source for word in words):
            for match in pattern.finditer(source):
                at = match.start()
                if match.group().startswith(b".map(") and not _LISTED.search(
                    source, max(0, at - _BEFORE), at
                ):
                    continue
                text = next((g for g in match.groups() if g), match.group())
                start = at + len(match.group()) - len(match.group().lstrip())
                found.append((start, kind, text))
    if "name" in kinds:
        found += _names(source, path.endswith(".py"))
    return tuple(_lined(source, sorted(found)))


def _kinds_of(source: bytes, path: str) -> frozenset[str]:
    suffix = PurePosixPath(path).suffix.lower()
    if suffix in _MARKUP or (suffix in _SCRIPT and (b"innerHTML" in source or b"html`" in source)):
        return frozenset(kind for kind, _, _ in _TABLE) | {"name"}
    if suffix == ".py" and any(w in source for w in _PYTHON_WORDS) and _PYTHON_UI.search(source):
        return _PYTHON_KINDS | {"name"}
    if suffix == ".json" and _LOCALE.search(path):
        return frozenset({"notice"})
    return frozenset()


def _names(source: bytes, python: bool) -> list[tuple[int, ShownKind, bytes]]:
    """Short texts in capitals with the word AI, GPT or bot: the name of a product."""
    found: list[tuple[int, ShownKind, bytes]] = []
    for match in _NAME_WORD.finditer(source):
        begin = source.rfind(b"\n", 0, match.start()) + 1
        end = source.find(b"\n", match.end())
        line = source[begin : end if end >= 0 else len(source)]
        if len(line) > _LONGEST:
            continue
        at = match.start() - begin
        if python:
            call = _PYTHON_NAME.search(line.decode("utf-8", "replace"))
            text = call.group(1) if call else ""
            named = bool(_NAME_WORD.search(text.encode()))
        else:
            text = (
                line[line.rfind(b">", 0, at) + 1 :].partition(b"<")[0].decode("utf-8", "replace").strip()
            )
            named = bool(_NAME_TEXT.fullmatch(text)) and not _FIELD.search(text)
        if named:
            found.append((match.start(), "name", text.encode()))
    return found


def _lined(source: bytes, found: list[tuple[int, ShownKind, bytes]]) -> list[Shown]:
    shown: dict[Shown, None] = {}
    line, counted = 1, 0
    for start, kind, text in found:
        line += source.count(b"\n", counted, start)
        counted = start
        begin = source.rfind(b"\n", 0, start) + 1
        before = source[begin:start]
        if before.lstrip().startswith(_COMMENT) or source[start:].startswith((b"import ", b"//")):
            continue
        if b"import " in before and kind in ("rating", "change"):
            continue
        if kind == "notice" and _ATTRIBUTE.search(before):
            kind = "aside"
        shown[Shown(kind, line, " ".join(text.decode("utf-8", "replace").split()))] = None
    return list(shown)
