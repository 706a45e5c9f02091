import { openai } from "@ai-sdk/openai";
import { generateText } from "ai";
import { readHistory } from "../../../lib/queries";
import { bodySchema } from "./schema";

export async function POST(request: Request) {
  const body = bodySchema.parse(await request.json());
  const history = await readHistory(body.id);
  const { text } = await generateText({
    model: openai("gpt-4o"),
    messages: [...history, ...(body.messages ?? [{ role: "user", content: body.message.text }])],
  });
  return Response.json({ text });
}
