import { tool } from "ai";
import { z } from "zod";

export const tools = {
  weather: tool({ description: "Weather of a city", inputSchema: z.object({ city: z.string() }), execute: async () => "sunny" }),
};
