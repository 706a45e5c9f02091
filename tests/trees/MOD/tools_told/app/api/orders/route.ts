import { anthropic } from "@ai-sdk/anthropic";
import { generateText, stepCountIs, tool } from "ai";
import { z } from "zod";

const findOrders = tool({
  description: "Find the orders of one customer by email.",
  inputSchema: z.object({
    email: z.string().email().describe("The address that the customer ordered with."),
    state: z.enum(["open", "shipped"]),
  }),
  execute: async ({ email, state }) => fetch(`https://shop.example/orders?email=${email}&state=${state}`),
});

export async function POST(request: Request) {
  const { text } = await request.json();
  const { text: answer } = await generateText({
    model: anthropic("claude-haiku-4-5-20251001"),
    tools: { findOrders },
    stopWhen: stepCountIs(4),
    prompt: text,
  });
  return Response.json({ answer });
}
