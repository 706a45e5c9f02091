import { google } from "@ai-sdk/google";
import { streamText } from "ai";
import { z } from "zod";
import { createReservation } from "../../../db/queries";

export async function POST(request: Request) {
  const { messages } = await request.json();
  const result = streamText({
    model: google("gemini-2.5-pro"),
    messages,
    maxSteps: 5,
    tools: {
      searchFlights: {
        description: "Search for flights",
        parameters: z.object({ origin: z.string() }),
        execute: async ({ origin }) => fetch(`https://flights.example.com/${origin}`),
      },
      reserve: {
        description: "Reserve seats on a flight",
        parameters: z.object({ flight: z.string() }),
        execute: async ({ flight }) => {
          await createReservation({ id: crypto.randomUUID(), flight });
          return { flight };
        },
      },
    },
  });
  return result.toDataStreamResponse();
}
