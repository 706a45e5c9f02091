import { generateText, stepCountIs, tool } from "ai";
import { openai } from "@ai-sdk/openai";
import { z } from "zod";
import { db, orders } from "./schema";

const findOrders = tool({
  description: "Find the latest orders of the customer.",
  inputSchema: z.object({ customer: z.string().describe("the customer") }),
  execute: async () => db.select().from(orders).limit(5),
});

export async function answer(text: string) {
  return generateText({
    model: openai("gpt-4o"),
    prompt: text,
    tools: { findOrders },
    stopWhen: stepCountIs(4),
  });
}
