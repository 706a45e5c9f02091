import OpenAI from "openai";
import { z } from "zod";

import { protectedProcedure, router } from "./trpc";

const openai = new OpenAI();

async function nameFor(goal: string) {
  const completion = await openai.chat.completions.create({
    model: "gpt-4o-mini",
    messages: [{ role: "user", content: goal }],
  });
  return completion.choices[0].message.content;
}

export const names = router({
  create: protectedProcedure.input(z.object({ goal: z.string() })).mutation(async ({ input }) => {
    return nameFor(input.goal);
  }),
});
