import { Client } from "@langchain/langgraph-sdk";

const client = new Client({ apiUrl: "http://localhost:2024" });

export async function POST(request: Request) {
  const { threadId, message } = await request.json();
  const assistantId = process.env.ASSISTANT_ID;
  return Response.json(await client.runs.wait(threadId, assistantId, { input: { message } }));
}
