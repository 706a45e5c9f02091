import { openai } from "@ai-sdk/openai";
import { streamText } from "ai";
import { profilePrompt } from "@/lib/prompts";

export async function POST(request: Request) {
  const { messages, about } = await request.json();
  const system = profilePrompt(about);
  const result = streamText({ model: openai("gpt-4o"), system, messages });
  return result.toTextStreamResponse();
}
