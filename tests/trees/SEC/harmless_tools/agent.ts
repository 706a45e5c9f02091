import { openai } from "@ai-sdk/openai";
import { generateText, tool } from "ai";
import { z } from "zod";

const getWeather = tool({
  description: "Get the weather at a place",
  inputSchema: z.object({ place: z.string() }),
  needsApproval: true,
  execute: async ({ place }) => {
    const response = await fetch(`https://weather.example/now?place=${place}`);
    return response.json();
  },
});

export async function answer(prompt: string) {
  const { text } = await generateText({ model: openai("gpt-4o"), prompt, tools: { getWeather } });
  return text;
}
