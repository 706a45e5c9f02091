"""Model calls of TypeScript and JavaScript, and the clients that they go through."""

from __future__ import annotations

import pytest
from shipsmith_controls.links.calls.entries import ai_entries
from shipsmith_controls.links.calls.kinds import llm_calls, side_calls
from shipsmith_controls.links.calls.settings import clients_behind, effective

from tests.controls.links.script_trees import Tree, called, entered, tree

__all__ = ["tree"]

CHAIN = """\
import { ChatOpenAI } from "@langchain/openai";
import { PromptTemplate } from "@langchain/core/prompts";
import { RunnableSequence } from "@langchain/core/runnables";
import { StringOutputParser } from "@langchain/core/output_parsers";

const prompt = PromptTemplate.fromTemplate("Answer {question}");
const model = new ChatOpenAI({ model: "gpt-4o", timeout: 20000 });
"""


@pytest.mark.parametrize(
    "chain",
    [
        "prompt.pipe(model)",
        "prompt.pipe(model).pipe(new StringOutputParser())",
        "prompt.pipe(model).withConfig({ tags: ['a'] })",
        "RunnableSequence.from([prompt, model])",
        "RunnableSequence.from([{ question: (input) => input.q }, prompt, model])",
        "RunnableSequence.from([{ question: prompt.pipe(model) }, new StringOutputParser()])",
    ],
)
def test_steps_put_after_one_another_ask_the_model_among_them(tree: Tree, chain: str) -> None:
    source = CHAIN + f"export const ask = (question: string) => {chain}.invoke({{ question }});\n"
    db = tree({"chain.ts": source})
    assert called(db) == [("langchain-js", "chain.ts", 8)]
    assert [e.number for e in effective(db, llm_calls(db)[0], "timeout")] == [20000.0]


def test_steps_without_a_model_ask_none(tree: Tree) -> None:
    source = (
        CHAIN + "export const ask = (q: string) => prompt.pipe(new StringOutputParser()).invoke({ q });\n"
    )
    assert called(tree({"chain.ts": source})) == []


def test_a_model_held_by_a_type_leads_to_who_is_given_that_type(tree: Tree) -> None:
    db = tree(
        {
            "base.ts": "export default abstract class BaseLLM<C> {\n"
            "  abstract generateText(input: string): Promise<string>;\n}\n",
            "openai.ts": 'import OpenAI from "openai";\nimport BaseLLM from "./base";\n'
            "export class OpenAILLM extends BaseLLM<Config> {\n  client = new OpenAI();\n"
            "  async generateText(input: string) {\n"
            '    return this.client.responses.create({ model: "gpt-4o", input });\n  }\n}\n',
            "types.ts": 'import BaseLLM from "./base";\n'
            "export type Input = { llm: BaseLLM<any>; query: string };\n",
            "search.ts": 'import { Input } from "./types";\n'
            "export async function search(input: Input) {\n"
            "  return input.llm.generateText(input.query);\n}\n",
            "app/api/search/route.ts": 'import { search } from "../../../search";\n'
            "export async function POST(req: Request) {\n"
            "  return Response.json(await search(await req.json()));\n}\n",
        }
    )
    assert called(db) == [("openai-js", "openai.ts", 6)]
    assert entered(db) == [("http", "app/api/search/route.ts", 2, "/api/search")]


def test_a_client_of_commonjs_is_found_behind_getters_and_base_classes(tree: Tree) -> None:
    db = tree(
        {
            "provider.js": "class Provider {\n  constructor(client) {\n    this._client = client;\n  }\n"
            "  get client() {\n    return this._client;\n  }\n}\nmodule.exports = Provider;\n",
            "openai.js": 'const OpenAI = require("openai");\nconst Provider = require("./provider.js");\n'
            "class OpenAIProvider extends Provider {\n  constructor() {\n"
            "    super(new OpenAI({ maxRetries: 5 }));\n  }\n  async complete(messages) {\n"
            '    return this.client.chat.completions.create({ model: "gpt-4o", messages });\n  }\n}\n'
            "module.exports = OpenAIProvider;\n",
        }
    )
    (call,) = llm_calls(db)
    assert call.sure
    assert (call.path, call.line) == ("openai.js", 8)
    assert [e.number for e in effective(db, call, "retries")] == [5.0]


def test_a_call_told_by_its_path_alone_is_the_sdk_that_the_tree_uses(tree: Tree) -> None:
    db = tree(
        {
            "use.ts": 'import OpenAI from "openai";\nexport const client = new OpenAI();\n',
            "run.ts": 'import type { Reply } from "openai";\nexport const run = (registry) =>\n'
            '  registry.pick().chat.completions.create({ model: "gpt-4o", messages: [] });\n',
        }
    )
    assert called(db) == [("openai-js", "run.ts", 3)]


@pytest.mark.parametrize(
    ("command", "kinds"),
    [
        ("new ConverseCommand({ modelId: 'm', inferenceConfig: { maxTokens: 300 } })", ["generation"]),
        ("new ListFoundationModelsCommand({})", []),
    ],
)
def test_a_sent_command_is_what_it_is_made_of(tree: Tree, command: str, kinds: list[str]) -> None:
    name = command.split("(")[0].removeprefix("new ")
    db = tree(
        {
            "bedrock.ts": f"import {{ BedrockRuntimeClient, {name} }} from "
            f'"@aws-sdk/client-bedrock-runtime";\n'
            "const client = new BedrockRuntimeClient({});\n"
            f"export async function ask() {{\n  const command = {command};\n"
            f"  return client.send(command);\n}}\n"
        }
    )
    assert [call.kind for call in llm_calls(db)] == kinds
    assert [[e.number for e in effective(db, call, "cap")] for call in llm_calls(db)] == [
        [300.0] for _ in kinds
    ]


@pytest.mark.parametrize(("task", "llm", "side"), [("feature-extraction", 0, 1), ("summarization", 1, 0)])
def test_what_a_maker_is_given_decides_what_it_makes(tree: Tree, task: str, llm: int, side: int) -> None:
    source = (
        'import { pipeline } from "@xenova/transformers";\n'
        f'export async function run(text) {{\n  const pipe = await pipeline("{task}", "Xenova/x");\n'
        "  return pipe(text);\n}\n"
    )
    db = tree({"run.ts": source})
    assert (len(llm_calls(db)), len(side_calls(db))) == (llm, side)


def test_a_chat_session_keeps_the_settings_of_its_model(tree: Tree) -> None:
    source = (
        'import { GoogleGenerativeAI } from "@google/generative-ai";\n'
        "const model = new GoogleGenerativeAI(key).getGenerativeModel(\n"
        '  { model: "gemini-1.5-pro", generationConfig: { maxOutputTokens: 500 } }, { timeout: 9000 });\n'
        "export const ask = (text) => model.startChat({ history: [] }).sendMessageStream(text);\n"
    )
    db = tree({"ask.ts": source})
    (call,) = llm_calls(db)
    assert [e.number for e in effective(db, call, "timeout")] == [9000.0]
    assert [e.number for e in effective(db, call, "cap")] == [500.0]


def test_raw_http_reaches_a_provider_by_an_address_from_another_file(tree: Tree) -> None:
    db = tree(
        {
            "index.ts": 'export const endpoint = "https://api.openai.com/v1/chat/completions";\n',
            "basic.ts": 'import axios from "axios";\nimport { endpoint } from ".";\n'
            "export const basic = (body) => axios.post(endpoint, JSON.stringify(body));\n",
            "stream.ts": 'import { EventSource } from "launchdarkly-eventsource";\n'
            "export const stream = () => new "
            'EventSource("https://api.openai.com/v1/chat/completions", {});\n',
            "browser.ts": 'const base = (own) => (own ? "/proxy" : "https://api.openai.com");\n'
            'export const ask = (own) => fetch(base(own) + "/v1/chat/completions", { method: '
            '"POST" });\n',
        }
    )
    assert called(db) == [
        ("http-js", "basic.ts", 3),
        ("http-js", "browser.ts", 2),
        ("http-js", "stream.ts", 2),
    ]


def test_the_backend_of_the_application_itself_is_no_provider(tree: Tree) -> None:
    source = (
        'import type { Message } from "ai";\nconst base = window.location.origin;\n'
        "export const ask = (messages: Message[]) => fetch(`${base}/api/chat`, { method: 'POST' });\n"
        "export const local = () => fetch(`${OLLAMA_URL}/api/chat`, { method: 'POST' });\n"
    )
    assert called(tree({"ask.ts": source})) == [("http-js", "ask.ts", 4)]


def test_routes_of_one_function_are_entries_of_their_own(tree: Tree) -> None:
    db = tree(
        {
            "llm.ts": 'import OpenAI from "openai";\nconst client = new OpenAI();\n'
            'export const ask = (input) => client.responses.create({ model: "gpt-4o", input });\n',
            "routes.ts": 'import { ask } from "./llm";\nexport function routes(app) {\n'
            '  app.get("/models", async (_, res) => res.json([]));\n'
            '  app.post("/chat", async (req, res) => res.json(await ask(req.body)));\n}\n',
        }
    )
    assert [(e.route, e.line) for e in ai_entries(db)] == [("/chat", 4)]


def test_a_client_made_here_says_more_than_its_declared_type(tree: Tree) -> None:
    db = tree(
        {
            "agent.ts": 'import OpenAI from "openai";\nexport class Agent {\n  client: OpenAI;\n'
            "  constructor(client?: OpenAI) {\n"
            "    this.client = client ?? new OpenAI({ timeout: 1000 });\n  }\n"
            "  ask(input: string) {\n"
            '    return this.client.responses.create({ model: "gpt-4o", input });\n  }\n}\n',
            "other.ts": 'import OpenAI from "openai";\n'
            "export const slow = new OpenAI({ timeout: 99000 });\n",
        }
    )
    (call,) = llm_calls(db)
    assert {path for client in clients_behind(db, call) for path, _ in client.layers} == {"agent.ts"}


def test_who_runs_an_agent_loop_bounds_it_not_the_model_inside(tree: Tree) -> None:
    source = (
        'import { ChatOpenAI } from "@langchain/openai";\n'
        'import { AgentExecutor, createToolCallingAgent } from "langchain/agents";\n'
        'const llm = new ChatOpenAI({ model: "gpt-4o" });\n'
        "const agent = createToolCallingAgent({ llm, tools, prompt });\n"
        "export const run = (input) => new AgentExecutor({ agent, tools }).invoke({ input });\n"
    )
    db = tree({"agent.ts": source})
    (call,) = llm_calls(db)
    assert [e.number for e in effective(db, call, "steps")] == [15.0]
    assert [e.number for e in effective(db, call, "timeout")] == [600.0 * 1000]
