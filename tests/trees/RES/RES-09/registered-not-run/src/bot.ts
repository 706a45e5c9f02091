import { Bot } from "grammy";
import OpenAI from "openai";

const client = new OpenAI();

export function connect(token: string) {
  const bot = new Bot(token);
  bot.on("message:text", async (ctx) => {
    const reply = await client.chat.completions.create({
      model: "gpt-4o",
      messages: [{ role: "user", content: ctx.message.text }],
    });
    await ctx.reply(reply.choices[0].message.content ?? "");
  });
  bot.start();
}
