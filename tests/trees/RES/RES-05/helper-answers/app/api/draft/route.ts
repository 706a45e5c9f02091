import { openai } from "@ai-sdk/openai";
import { generateText } from "ai";
import { toDetails } from "../../../lib/errors";

export async function POST(req: Request) {
  const { prompt } = await req.json();
  try {
    const { text } = await generateText({ model: openai("gpt-4o"), prompt });
    return Response.json({ text });
  } catch (error: any) {
    return toDetails(error);
  }
}
