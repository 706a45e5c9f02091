import { openai } from "@ai-sdk/openai";
import { streamText, isLoopFinished } from "ai";
import { tools } from "../../tools";

export async function POST(request: Request) {
  const { messages } = await request.json();
  const result = streamText({
    model: openai("gpt-4o-2024-08-06"),
    messages,
    tools,
    stopWhen: isLoopFinished(),
  });
  return result.toDataStreamResponse();
}
