import { SupabaseVectorStore } from "@langchain/community/vectorstores/supabase";
import { RunnableConfig } from "@langchain/core/runnables";
import { OpenAIEmbeddings } from "@langchain/openai";
import { createClient } from "@supabase/supabase-js";

export async function makeRetriever(config: RunnableConfig) {
  const client = createClient(process.env.SUPABASE_URL ?? "", process.env.SUPABASE_SERVICE_ROLE_KEY ?? "");
  const store = new SupabaseVectorStore(new OpenAIEmbeddings({ model: "text-embedding-3-small" }), {
    client,
    tableName: "documents",
  });
  return store.asRetriever({ k: 5, filter: config.configurable?.filter });
}
