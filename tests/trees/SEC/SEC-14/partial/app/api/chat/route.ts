import { openai } from "@ai-sdk/openai";
import { streamText } from "ai";
import { saveMessages } from "@/lib/queries";

export async function POST(request: Request) {
  const { id, messages } = await request.json();
  await saveMessages(id, messages);
  return streamText({ model: openai("gpt-5-mini"), messages }).toTextStreamResponse();
}
