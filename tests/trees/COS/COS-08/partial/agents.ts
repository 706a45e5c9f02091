import { openai } from "@ai-sdk/openai";
import { generateText, stepCountIs, tool } from "ai";
import { z } from "zod";

const lookUp = tool({
  description: "Look up the name of a person in the directory.",
  inputSchema: z.object({ name: z.string().describe("the name") }),
  execute: async ({ name }) => name,
});

export async function answer(text: string) {
  return generateText({
    model: openai("gpt-4o"),
    system: `It is ${new Date().toISOString()}. Help the staff find people.`,
    prompt: text,
    tools: { lookUp },
    stopWhen: stepCountIs(5),
  });
}

export async function find(text: string) {
  return generateText({
    model: openai("gpt-4o"),
    system: "Find the person that the staff asks for.",
    prompt: `It is ${new Date().toISOString()}. ${text}`,
    tools: { lookUp },
    stopWhen: stepCountIs(5),
  });
}

export async function title(text: string) {
  return generateText({ model: openai("gpt-4o-mini"), prompt: `Write a title at ${Date.now()}: ${text}` });
}
