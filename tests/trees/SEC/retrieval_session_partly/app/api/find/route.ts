import { openai } from "@ai-sdk/openai";
import { Pinecone } from "@pinecone-database/pinecone";
import { embed, generateText } from "ai";
import { auth } from "@clerk/nextjs/server";

const index = new Pinecone().index("notes");

export async function POST(request: Request) {
  const { userId } = await auth();
  if (!userId) {
    return new Response("Unauthorized", { status: 401 });
  }
  const { question } = await request.json();
  const { embedding } = await embed({
    model: openai.embedding("text-embedding-3-small"),
    value: question,
  });
  const found = await index.query({
    vector: embedding,
    topK: 5,
  });
  const { text } = await generateText({
    model: openai("gpt-4o"),
    prompt: `${question}\n\n${JSON.stringify(found)}`,
  });
  return Response.json({ text });
}
