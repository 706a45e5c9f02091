import { streamText } from "ai";
import { chatModel } from "../../../lib/models";

export async function POST(request: Request) {
  const { messages } = await request.json();
  const result = streamText({ model: chatModel, maxOutputTokens: 800, messages });
  return result.toUIMessageStreamResponse();
}
