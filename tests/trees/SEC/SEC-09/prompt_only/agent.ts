import { openai } from "@ai-sdk/openai";
import { generateText, tool } from "ai";
import { z } from "zod";
import { db } from "./db";

const getWeather = tool({
  description: "Weather of a city",
  inputSchema: z.object({ city: z.string() }),
  needsApproval: true,
  execute: async ({ city }) => (await fetch(`https://api.open-meteo.com/v1/forecast?q=${city}`)).json(),
});

const createReservation = tool({
  description: "Book a flight. Ask the user whether to proceed before you call this.",
  inputSchema: z.object({ flight: z.string() }),
  execute: async ({ flight }) => db.reservation.create({ data: { flight } }),
});

export async function book(prompt: string) {
  return generateText({
    model: openai("gpt-5-mini"),
    system: "Always ask the user before you book.",
    prompt,
    tools: { getWeather, createReservation },
  });
}
