import { createClient } from "@supabase/supabase-js";
import OpenAI from "openai";
import { embed, embedLocally } from "../../../lib/embed";

const supabase = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_KEY!);
const client = new OpenAI();

export async function POST(request: Request) {
  const { question, local } = await request.json();
  const { data } = local
    ? await supabase
        .rpc("match_local", { query_embedding: await embedLocally(question), match_threshold: 0.8 })
        .limit(5)
    : await supabase
        .rpc("match_openai", { query_embedding: await embed(question), match_threshold: 0.8 })
        .limit(5);
  const reply = await client.chat.completions.create({
    model: "gpt-4.1-2025-04-14",
    messages: [{ role: "user", content: `${question}\n\n${JSON.stringify(data)}` }],
  });
  return Response.json({ answer: reply.choices[0].message.content });
}
