import { pipeline } from "@xenova/transformers";
import OpenAI from "openai";

const client = new OpenAI();

export async function embed(text: string): Promise<number[]> {
  const reply = await client.embeddings.create({ model: "text-embedding-3-small", input: text });
  return reply.data[0].embedding;
}

export async function embedLocally(text: string): Promise<number[]> {
  const extract = await pipeline("feature-extraction", "Xenova/all-MiniLM-L6-v2");
  return Array.from((await extract(text, { pooling: "mean" })).data as Float32Array);
}
