import { openai } from "@ai-sdk/openai";
import { streamText } from "ai";
import ratelimit from "../../../lib/ratelimit";

export async function POST(request: Request) {
  if (await ratelimit(request.headers.get("x-forwarded-for") ?? "", 10, "1 m")) {
    return new Response("Too many requests", { status: 429 });
  }
  const { messages } = await request.json();
  const result = streamText({ model: openai("gpt-4.1-mini"), maxOutputTokens: 800, messages });
  return result.toUIMessageStreamResponse();
}
