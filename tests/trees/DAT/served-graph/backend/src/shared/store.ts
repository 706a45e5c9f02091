import { SupabaseVectorStore } from "@langchain/community/vectorstores/supabase";
import { OpenAIEmbeddings } from "@langchain/openai";
import { createClient } from "@supabase/supabase-js";

export function makeRetriever() {
  const client = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_KEY!);
  const embeddings = new OpenAIEmbeddings({ model: "text-embedding-3-small" });
  const store = new SupabaseVectorStore(embeddings, { client, tableName: "documents" });
  return store.asRetriever({ k: 5 });
}
