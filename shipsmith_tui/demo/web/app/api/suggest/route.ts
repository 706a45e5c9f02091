import { readFile } from "node:fs/promises";
import path from "node:path";
import { openai } from "@ai-sdk/openai";
import { stepCountIs, streamText, tool } from "ai";
import { z } from "zod";
import { currentAgent } from "@/lib/session";
import { ticketState } from "@/lib/tickets";

const Body = z.object({ ticketId: z.string().max(40), text: z.string().min(1).max(8_000) });

/** Drafts a reply to a ticket; the agent edits it before it is sent. */
export async function POST(request: Request) {
  const agent = await currentAgent();
  if (!agent) return new Response("not signed in", { status: 401 });
  const body = Body.safeParse(await request.json());
  if (!body.success) return new Response("bad request", { status: 400 });

  const system = await readFile(path.join(process.cwd(), "prompts/suggest.v2.md"), "utf8");
  const draft = streamText({
    model: openai("gpt-5.4-mini-2026-03-17"),
    system,
    prompt: `<ticket id="${body.data.ticketId}">\n${body.data.text}\n</ticket>`,
    tools: {
      ticketState: tool({
        description: "The state of a ticket: open, waiting, solved.",
        inputSchema: z.object({ id: z.string().max(40) }),
        execute: ({ id }) => ticketState(id),
      }),
    },
    stopWhen: stepCountIs(4),
    maxOutputTokens: 500,
    abortSignal: AbortSignal.timeout(30_000),
    experimental_telemetry: { isEnabled: true, functionId: "suggest" },
    onFinish: ({ usage }) => console.info("suggest", { agent: agent.id, usage }),
    onError: ({ error }) => console.error("suggest failed", error),
  });
  return draft.toTextStreamResponse();
}
