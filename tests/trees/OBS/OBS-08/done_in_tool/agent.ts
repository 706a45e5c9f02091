import { generateText, stepCountIs, tool } from "ai";
import { openai } from "@ai-sdk/openai";
import { z } from "zod";
import { auditLog, db, refunds } from "./schema";

export async function answer(text: string, userId: string) {
  const refund = tool({
    description: "Refund one order of the customer in full.",
    inputSchema: z.object({ orderId: z.string().describe("the order") }),
    execute: async ({ orderId }) => {
      await db.insert(refunds).values({ orderId });
      await db.insert(auditLog).values({ actor: userId, tool: "refund", args: { orderId } });
      return "refunded";
    },
  });
  return generateText({
    model: openai("gpt-4o"),
    prompt: text,
    tools: { refund },
    stopWhen: stepCountIs(4),
  });
}
