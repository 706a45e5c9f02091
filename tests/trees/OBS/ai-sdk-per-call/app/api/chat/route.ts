import { openai } from "@ai-sdk/openai";
import { generateText, streamText } from "ai";

const isProduction = process.env.NODE_ENV === "production";

export async function POST(request: Request) {
  const { messages } = await request.json();
  const result = streamText({
    model: openai("gpt-4o-2024-08-06"),
    messages,
    maxOutputTokens: 1024,
    experimental_telemetry: { isEnabled: isProduction, functionId: "chat" },
  });
  return result.toUIMessageStreamResponse();
}

export async function title(text: string) {
  const { text: written } = await generateText({
    model: openai("gpt-4o-2024-08-06"),
    prompt: `Write a title for: ${text}`,
    maxOutputTokens: process.env.SHORT ? 64 : undefined,
    experimental_telemetry: { isEnabled: false },
  });
  return written;
}

export async function summary(text: string) {
  const { text: written } = await generateText({
    model: openai("gpt-4o-2024-08-06"),
    prompt: text,
  });
  return written;
}
