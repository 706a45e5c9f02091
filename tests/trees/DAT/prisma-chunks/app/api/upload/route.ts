import { OpenAIEmbeddings } from "@langchain/openai";
import { RecursiveCharacterTextSplitter } from "@langchain/textsplitters";
import { prisma } from "../../../lib/db";

const embeddings = new OpenAIEmbeddings({ model: "text-embedding-3-small" });

export async function POST(request: Request) {
  const file = (await request.formData()).get("file") as File;
  const textSplitter = new RecursiveCharacterTextSplitter({ chunkSize: 800, chunkOverlap: 80 });
  const chunks = await textSplitter.splitText(await file.text());
  for (const [position, content] of chunks.entries()) {
    const vector = `[${(await embeddings.embedQuery(content)).join(",")}]`;
    await prisma.$executeRaw`INSERT INTO "Chunk" ("file", "position", "content", "embedding") VALUES (${file.name}, ${position}, ${content}, ${vector}::vector)`;
  }
  return new Response(null, { status: 204 });
}
