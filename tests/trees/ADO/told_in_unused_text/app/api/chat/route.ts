import { openai } from "@ai-sdk/openai";
import { streamText } from "ai";

export async function POST(request: Request) {
  const { messages } = await request.json();
  const result = streamText({ model: openai("gpt-4.1"), messages });
  return result.toUIMessageStreamResponse();
}
