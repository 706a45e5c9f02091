import { OpenAIEmbeddings } from "@langchain/openai";
import OpenAI from "openai";
import { prisma } from "../../../lib/db";

const embeddings = new OpenAIEmbeddings({ model: "text-embedding-3-small" });
const client = new OpenAI();

export async function POST(request: Request) {
  const { question } = await request.json();
  const vector = `[${(await embeddings.embedQuery(question)).join(",")}]`;
  const rows = await prisma.$queryRaw`SELECT "file", "content" FROM "Chunk" WHERE "embedding" <=> ${vector}::vector < 0.4 ORDER BY "embedding" <=> ${vector}::vector LIMIT 5`;
  const reply = await client.chat.completions.create({
    model: "gpt-4.1-2025-04-14",
    messages: [{ role: "user", content: `${question}\n\n${JSON.stringify(rows)}` }],
  });
  return Response.json({ answer: reply.choices[0].message.content });
}
