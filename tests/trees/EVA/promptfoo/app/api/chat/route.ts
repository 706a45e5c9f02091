import { openai } from "@ai-sdk/openai";
import { streamText } from "ai";

export async function POST(request: Request) {
  const { messages } = await request.json();
  const result = streamText({
    model: openai("gpt-4.1-mini-2025-04-14"),
    system: "You answer questions about orders of the shop. Say so when you do not know.",
    messages,
  });
  return result.toUIMessageStreamResponse();
}
