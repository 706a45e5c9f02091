import { createClient } from "@supabase/supabase-js";
import { embed, embedLocally } from "../../../lib/embed";

const supabase = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_KEY!);

export async function POST(request: Request) {
  const { id, text, local } = await request.json();
  const row = local ? { local_embedding: await embedLocally(text) } : { openai_embedding: await embed(text) };
  await supabase.from("notes").upsert({ id, text, ...row });
  return new Response(null, { status: 204 });
}
