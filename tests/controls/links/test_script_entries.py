"""Where TypeScript frameworks let the network, a queue or a clock start code."""

from __future__ import annotations

import pytest

from tests.controls.links.script_trees import LLM, Tree, entered, tree

__all__ = ["tree"]

PACKAGES = """\
{ "dependencies": { "openai": "5", "@remix-run/node": "2", "@sveltejs/kit": "2", "nuxt": "3" } }
"""
ASK = 'import { answer } from "./llm";\n'


@pytest.mark.parametrize(
    ("path", "source", "kind", "line"),
    [
        (
            "express.ts",
            ASK + 'export function routes(app) {\n  app.get("/health", (req, res) => res.send("ok"));\n'
            '  app.post("/chat", async (req, res) => res.json(await answer(req.body.text)));\n}\n',
            "http",
            4,
        ),
        (
            "wrapped.ts",
            ASK
            + 'import { Router } from "express";\nimport { asyncHandler } from "express-async-handler";\n'
            "export const router = Router();\n"
            'router.post("/chat", auth, asyncHandler(async (req, res) => res.json(await '
            "answer(req.body))));\n",
            "http",
            5,
        ),
        (
            "chained.ts",
            ASK + 'import { Router } from "express";\nexport const router = Router();\n'
            'router.route("/chat").get(list).post(async (req, res) => {\n'
            "  res.json(await answer(req.body));\n});\n",
            "http",
            4,
        ),
        (
            "constant.ts",
            ASK + 'import express from "express";\nconst app = express();\nconst CHAT = "/chat";\n'
            "app.post(CHAT, async (req, res) => res.json(await answer(req.body)));\n",
            "http",
            5,
        ),
        (
            "options.ts",
            ASK + 'import Fastify from "fastify";\nconst app = Fastify();\n'
            'app.route({ method: "POST", url: "/chat", handler: async (req) => answer(req.body) });\n',
            "http",
            4,
        ),
        (
            "hono.ts",
            ASK + 'import { Hono } from "hono";\nconst app = new Hono();\n'
            'app.get("/health", (c) => c.text("ok"))\n'
            '  .post("/chat", async (c) => c.json(await answer("x")));\n',
            "http",
            5,
        ),
        (
            "koa.ts",
            ASK + 'import Router from "@koa/router";\nconst router = new Router();\n'
            'router.post("chat", "/chat", async (ctx) => { ctx.body = await '
            "answer(ctx.request.body); });\n",
            "http",
            4,
        ),
        (
            "chat.controller.ts",
            ASK + 'import { Body, Controller, Post } from "@nestjs/common";\n'
            '@Controller("chat")\nexport class ChatController {\n'
            '  @Post("stream")\n  async stream(@Body() body) { return answer(body.text); }\n}\n',
            "http",
            6,
        ),
        (
            "bare.controller.ts",
            ASK + 'import { Controller, Post } from "@nestjs/common";\n@Controller("chat")\n'
            "export class ChatController {\n  @Post()\n"
            "  async create(body) { return answer(body.text); }\n}\n",
            "http",
            6,
        ),
        (
            "trpc.ts",
            ASK + 'import { publicProcedure, router } from "./trpc";\n'
            "export const chat = router({\n"
            "  ask: publicProcedure.input(z.string()).mutation(async ({ input }) => answer(input)),\n"
            "});\n",
            "http",
            4,
        ),
        (
            "app/routes/chat.tsx",
            'import { answer } from "../../llm";\nexport async function action({ request }) {\n'
            "  return answer(await request.text());\n}\n",
            "http",
            2,
        ),
        (
            "src/routes/api/chat/+server.ts",
            'import { answer } from "../../../../llm";\n'
            "export const POST = async ({ request }) => answer(await request.text());\n",
            "http",
            2,
        ),
        (
            "server/api/chat.post.ts",
            'import { answer } from "../../llm";\n'
            "export default defineEventHandler(async (event) => answer(await readBody(event)));\n",
            "http",
            2,
        ),
        (
            "worker.ts",
            ASK + "export default {\n  async fetch(request, env) {\n"
            "    return new Response(await answer(await request.text()));\n  },\n};\n",
            "function",
            3,
        ),
        (
            "page.tsx",
            ASK + "export default function Page() {\n  async function ask(form) {\n"
            '    "use server";\n    return answer(form.get("text"));\n  }\n'
            "  return <form action={ask} />;\n}\n",
            "action",
            3,
        ),
        (
            "lambda.ts",
            ASK + "export const handler = async (event) => answer(event.body);\n",
            "function",
            2,
        ),
        (
            "consumer.ts",
            ASK + 'import { Worker } from "bullmq";\nconst work = async (job) => answer(job.data.text);\n'
            'new Worker("chat", work);\n',
            "consumer",
            3,
        ),
        (
            "inngest.ts",
            ASK + 'import { Inngest } from "inngest";\nconst inngest = new Inngest({ id: "a" });\n'
            'export const f = inngest.createFunction({ id: "f" }, { event: "e" }, async ({ '
            "event }) => {\n"
            "  return answer(event.data.text);\n});\n",
            "consumer",
            4,
        ),
        (
            "telegram.ts",
            ASK + 'import { Bot } from "grammy";\nexport function connect(token) {\n'
            "  const bot = new Bot(token);\n"
            '  bot.command("ping", (ctx) => ctx.reply("pong"));\n'
            '  bot.on("message:text", async (ctx) => ctx.reply(await answer(ctx.message.text)));\n}\n',
            "bot",
            6,
        ),
        (
            "slack.ts",
            ASK + 'import bolt from "@slack/bolt";\nconst app = new bolt.App({ token: "x" });\n'
            "app.message(async ({ message, say }) => say(await answer(message.text)));\n",
            "bot",
            4,
        ),
        (
            "socket.ts",
            ASK + 'import { Server } from "socket.io";\nconst io = new Server(3000);\n'
            'io.on("connection", async (socket) => {\n'
            '  socket.emit("told", await answer(socket.id));\n});\n',
            "websocket",
            4,
        ),
        (
            "cron.ts",
            ASK + 'import cron from "node-cron";\n'
            'cron.schedule("0 * * * *", async () => answer("hourly"));\n',
            "job",
            3,
        ),
        (
            "tools.ts",
            ASK + 'import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";\n'
            'const server = new McpServer({ name: "a" });\n'
            'server.tool("ask", { text: z.string() }, async ({ text }) => answer(text));\n',
            "mcp",
            4,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and value.endswith((".ts", ".tsx")) else "",
)
def test_what_a_framework_starts_is_an_entry(
    tree: Tree, path: str, source: str, kind: str, line: int
) -> None:
    found = entered(tree({"llm.ts": LLM, "package.json": PACKAGES, path: source}))
    assert [(k, p, at) for k, p, at, _ in found] == [(kind, path, line)]
