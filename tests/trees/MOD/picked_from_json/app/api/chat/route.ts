import { generateText, LanguageModel } from "ai";
import { client, fastApply } from "@/lib/provider";

export async function POST(request: Request) {
  const { model, text } = await request.json();
  const draft = await generateText({ model: client(model) as LanguageModel, prompt: text });
  const { text: merged } = await generateText({
    model: fastApply("morph-v3-large") as LanguageModel,
    prompt: draft.text,
  });
  return Response.json({ merged });
}
