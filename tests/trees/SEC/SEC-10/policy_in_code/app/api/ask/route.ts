import { openai } from "@ai-sdk/openai";
import { createClient } from "@supabase/supabase-js";
import { embed, generateText } from "ai";

export async function POST(request: Request) {
  const { question, fileIds } = await request.json();
  const supabase = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_ANON_KEY!, {
    global: { headers: { Authorization: request.headers.get("Authorization")! } },
  });
  const { embedding } = await embed({
    model: openai.embedding("text-embedding-3-small"),
    value: question,
  });
  const { data } = await supabase.rpc("match_chunks", {
    query_embedding: embedding,
    match_count: 5,
  });
  const { text } = await generateText({
    model: openai("gpt-4o"),
    prompt: `${question}\n\n${JSON.stringify(data)}`,
  });
  return Response.json({ text });
}
