import { openai } from "@ai-sdk/openai";
import { stepCountIs, streamText, tool } from "ai";
import { z } from "zod";
import { orders, payments } from "@/lib/shop";

const refund = tool({
  description: "Refund an order in full and tell the customer about it",
  inputSchema: z.object({ order: z.string().describe("the order") }),
  execute: async ({ order }, { toolCallId }) => {
    await payments.createRefund({ order }, { idempotencyKey: toolCallId });
    return "refunded";
  },
});

const cancel = tool({
  description: "Cancel an order that has not been sent yet",
  inputSchema: z.object({ order: z.string().describe("the order") }),
  execute: async ({ order }) => {
    await orders.cancelOrder(order);
    return "cancelled";
  },
});

export async function POST(request: Request) {
  const { messages } = await request.json();
  const result = streamText({
    model: openai("gpt-4.1-2025-04-14"),
    messages,
    tools: { refund, cancel },
    stopWhen: stepCountIs(5),
  });
  return result.toUIMessageStreamResponse({ onError: () => "The assistant is unavailable." });
}
