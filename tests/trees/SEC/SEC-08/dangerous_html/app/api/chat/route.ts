import { openai } from "@ai-sdk/openai";
import { streamText } from "ai";

export async function POST(request: Request) {
  const { messages } = await request.json();
  return streamText({ model: openai("gpt-5-mini"), messages }).toTextStreamResponse();
}
