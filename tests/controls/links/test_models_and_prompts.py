"""Model ids, prompts and machine-read answers, followed over files."""

from __future__ import annotations

import datetime as dt

import pytest
from shipsmith_controls.checks.vocabulary import HITS
from shipsmith_controls.links.calls.model_ids import model_ids, pin_of
from shipsmith_controls.links.failures.parsed import readings
from shipsmith_controls.links.prompts.prompts import prompts
from shipsmith_controls.links.values.variables import unwrapped
from shipsmith_controls.queries import Database

from tests.controls.links.script_trees import Tree, tree

__all__ = ["tree"]


def ids(db: Database) -> list[tuple[str, int, str]]:
    return [(each.path, each.line, each.id) for each in model_ids(db)]


IMPORTS = "import os\nfrom openai import OpenAI\nclient = OpenAI()\n"
CALL = """
def answer(text):
    return client.chat.completions.create(model={model}, messages=[{{"role": "user", "content": text}}])
"""


def test_an_id_is_followed_through_a_variable_with_a_default(tree: Tree) -> None:
    code = IMPORTS + 'MODEL = os.getenv("MODEL", "gpt-5.2").strip()\n'
    assert ids(tree({"app/llm.py": code + CALL.format(model="MODEL")})) == [("app/llm.py", 4, "gpt-5.2")]


def test_a_deploy_file_wins_over_the_default_in_code(tree: Tree) -> None:
    code = IMPORTS + 'MODEL = os.getenv("CHAT_MODEL", "gpt-5.2")\n'
    compose = (
        "services:\n  api:\n    environment:\n      - CHAT_MODEL=${CHAT_MODEL:-gpt-4.1-2025-04-14}\n"
    )
    found = ids(tree({"app/llm.py": code + CALL.format(model="MODEL"), "docker-compose.yml": compose}))
    assert found == [("docker-compose.yml", 4, "gpt-4.1-2025-04-14")]


def test_a_member_of_an_enum_is_its_text(tree: Tree) -> None:
    code = (
        "from enum import Enum\nfrom openai import OpenAI\nclient = OpenAI()\n\n"
        'class Model(Enum):\n    FAST = "gpt-5.2"\n    SLOW = "gpt-5.1"\n'
    )
    assert ids(tree({"app/llm.py": code + CALL.format(model="Model.FAST.value")})) == [
        ("app/llm.py", 6, "gpt-5.2")
    ]


def test_the_map_decides_not_its_key(tree: Tree) -> None:
    code = (
        'from anthropic import Anthropic\nIDS = {"claude-v3-haiku": "claude-haiku-4-5-20251001"}\n'
        "def answer(text, name):\n    return Anthropic().messages.create(model=IDS[name], messages=[])\n"
    )
    assert [each.id for each in model_ids(tree({"app/llm.py": code}))] == ["claude-haiku-4-5-20251001"]


def test_what_a_spread_holds_is_followed(tree: Tree) -> None:
    code = (
        'import OpenAI from "openai";\nconst client = new OpenAI();\n'
        'const base = { model: "gpt-4.1-2025-04-14", seed: 7 };\n'
        "const settings = { ...base, temperature: 0 };\n"
        "export const POST = async (text: string) =>\n"
        "  client.chat.completions.create({ model: settings.model, messages: [text] });\n"
    )
    assert ids(tree({"app/api/chat/route.ts": code})) == [
        ("app/api/chat/route.ts", 3, "gpt-4.1-2025-04-14")
    ]


def test_an_id_in_the_request_opens_the_lists_that_people_choose_from(tree: Tree) -> None:
    code = (
        'import { initChatModel } from "langchain/chat_models/universal";\n'
        'import { Runtime } from "@acme/runtime";\n'
        "interface Options { config: Runtime; text: string }\n"
        "async function ask({ config, text }: Options) {\n"
        '  const small = { name: config.model ?? "gpt-5.2" };\n'
        "  const model = await initChatModel(small.name);\n"
        "  return model.invoke(text);\n"
        "}\n"
        "export const POST = async (config: Runtime, text: string) => ask({ config, text });\n"
    )
    listed = 'export const MODELS = [{ id: "claude-haiku-4-5-20251001" }];\n'
    found = ids(tree({"app/api/chat/route.ts": code, "lib/models.ts": listed}))
    assert ("lib/models.ts", 1, "claude-haiku-4-5-20251001") in found


def test_an_id_among_the_options_of_an_own_class_counts(tree: Tree) -> None:
    code = IMPORTS + (
        "class Editor:\n    def __init__(self, task):\n        self.task = task\n\n"
        "    def run(self, text):\n"
        '        return client.chat.completions.create(model=self.task.get("model"), messages=[text])\n\n'
        'editor = Editor({"model": "gpt-4.1-2025-04-14", "verbose": False})\n'
        'editor.run("Hello")\n'
    )
    assert ids(tree({"app/llm.py": code})) == [("app/llm.py", 11, "gpt-4.1-2025-04-14")]


def test_only_the_branch_that_the_default_selects_counts(tree: Tree) -> None:
    code = (
        IMPORTS + 'LLM_PROVIDER = os.getenv("LLM_PROVIDER", "openai")\n'
        'if LLM_PROVIDER == "openai":\n    MODEL = "gpt-5.2"\n'
        'elif LLM_PROVIDER == "ollama":\n    MODEL = "llama3"\n'
    )
    found = model_ids(tree({"app/llm.py": code + CALL.format(model="MODEL")}))
    assert [(each.id, each.chosen) for each in found] == [("gpt-5.2", True), ("llama3", False)]


@pytest.mark.parametrize(("given", "pin"), [("", "floating"), (', revision="8f3ab1c"', "fixed")])
def test_a_revision_pins_a_model_of_the_hub(tree: Tree, given: str, pin: str) -> None:
    code = (
        "from transformers import pipeline\n"
        f'generate = pipeline("text-generation", model="mistralai/Mistral-7B-Instruct-v0.3"{given})\n\n'
        "def answer(text):\n    return generate(text)\n"
    )
    assert [pin_of(each) for each in model_ids(tree({"app/llm.py": code}))] == [pin]


def test_an_id_that_retires_within_90_days_counts_half(tree: Tree) -> None:
    code = "from openai import OpenAI\nclient = OpenAI()\n" + CALL.format(model='"gpt-5.1"')
    db = tree({"app/llm.py": code})
    seen = []
    for day in (dt.date(2026, 6, 1), dt.date(2027, 2, 1), dt.date(2027, 4, 1)):
        db.put({("scan date",): day})
        seen.append([hit.weak for hit in HITS["retired model or removed API"](db)])
    assert seen == [[], [True], [False]]


def test_a_prompt_appended_to_the_messages_is_found(tree: Tree) -> None:
    code = (
        "from openai import OpenAI\nclient = OpenAI()\n\ndef answer(name, model):\n    messages = []\n"
        '    messages.append({"role": "system", "content": f"You help {name} with tax."})\n'
        "    return client.chat.completions.create(model=model, messages=messages)\n"
    )
    assert [(p.path, p.line, p.home) for p in prompts(tree({"app/llm.py": code}))] == [
        ("app/llm.py", 6, "caller")
    ]


def test_a_tool_result_and_an_error_text_are_no_prompts(tree: Tree) -> None:
    code = (
        "from openai import OpenAI\nclient = OpenAI()\n\ndef answer(text, model, result):\n"
        '    messages = [{"role": "user", "content": text}]\n'
        '    messages.append({"role": "tool", "content": f"The tool gave back {result}."})\n'
        "    return client.chat.completions.create(model=model, messages=messages)\n"
    )
    assert prompts(tree({"app/llm.py": code})) == ()


def test_a_value_is_followed_through_a_wrapper_and_a_cleaner(tree: Tree) -> None:
    llm = (
        "from openai import OpenAI\nclient = OpenAI()\n\ndef ask(text):\n"
        '    messages = [{"role": "user", "content": text}]\n'
        '    reply = client.chat.completions.create(model="gpt-5.2", messages=messages)\n'
        "    return reply.choices[0].message.content\n"
    )
    use = (
        "import json\nimport re\nimport requests\nfrom app.llm import ask\n\n"
        'def clean(text):\n    return re.sub("```", "", text)\n\n'
        "def plan(question):\n    return json.loads(clean(ask(question)))\n\n"
        "def search(question):\n    query = ask(question)\n"
        '    return json.loads(requests.get("https://search.example", params={"q": query}).text)\n'
    )
    found = readings(tree({"app/llm.py": llm, "app/plan.py": use}))
    assert [(r.path, r.line, r.validated, r.guarded) for r in found] == [
        ("app/plan.py", 10, False, False)
    ]


@pytest.mark.parametrize(
    ("text", "meant"),
    [("${A}", ""), ("${A:-x}", "x"), ("${A=x}", "x"), ("plain", "plain"), ("a-${B}", "a-${B}")],
)
def test_a_pass_through_means_its_default(text: str, meant: str) -> None:
    assert unwrapped(text) == meant
