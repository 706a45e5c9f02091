import { ChatOpenAI } from "@langchain/openai";
import { z } from "zod";

const PROMPT = `You decide what to do with the last message of a person who writes a text with you. Choose
"write" when the text should be changed, and "reply" when the person only asks something about it.
{messages}`;

export async function choosePath(state: { messages: string[] }) {
  const model = new ChatOpenAI({ model: "gpt-4.1-mini", maxTokens: 20 });
  const chosen = await model
    .withStructuredOutput(z.object({ next: z.enum(["write", "reply"]) }))
    .invoke(PROMPT.replace("{messages}", state.messages.join("\n")));
  return { next: chosen.next };
}
