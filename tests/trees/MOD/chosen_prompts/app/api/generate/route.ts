import { anthropic } from "@ai-sdk/anthropic";
import { PrismaClient } from "@prisma/client";
import { streamText } from "ai";
import { match } from "ts-pattern";

const prisma = new PrismaClient();

export async function POST(request: Request) {
  const { option, text, user } = await request.json();
  const notes = await prisma.note.findMany({ where: { key: `editor-notes-${user}` }, take: 5 });
  const messages = match(option)
    .with("continue", () => [
      {
        role: "system",
        content:
          "You are a writing assistant that continues a text from what stands before it. " +
          "Give more weight to its end than to its beginning, keep to its tone, and write no more " +
          "than two hundred characters, but always whole sentences. Answer in Markdown.",
      },
      { role: "user", content: text },
    ])
    .run();
  const result = streamText({
    model: anthropic("claude-haiku-4-5-20251001"),
    messages: [...messages, ...notes.map((note) => ({ role: "user", content: note.text }))],
  });
  return result.toTextStreamResponse();
}
