import { openai } from "@ai-sdk/openai";
import { generateText } from "ai";
import { today } from "@/lib/prompts";

export async function POST(request: Request) {
  const { message } = await request.json();
  const { text } = await generateText({
    model: openai("gpt-4o"),
    system: today(),
    prompt: `Write a short title for this message of a traveller:\n<message>${message}</message>`,
  });
  return Response.json({ text });
}
