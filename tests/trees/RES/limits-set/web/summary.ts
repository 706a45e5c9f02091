import { openai } from "@ai-sdk/openai";
import { generateText } from "ai";

export async function summary(text: string) {
  const { text: short } = await generateText({
    model: openai("gpt-4o-2024-08-06"),
    prompt: text,
    abortSignal: AbortSignal.timeout(30_000),
  });
  return short;
}
