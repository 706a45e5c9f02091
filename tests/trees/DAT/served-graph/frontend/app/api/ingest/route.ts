import { Client } from "@langchain/langgraph-sdk";
import { NextResponse } from "next/server";

import { processPDF } from "../../../lib/pdf";

const client = new Client({ apiUrl: process.env.LANGGRAPH_API_URL });

export async function POST(request: Request) {
  const formData = await request.formData();
  const docs = [];
  for (const file of formData.getAll("files") as File[]) {
    try {
      docs.push(...(await processPDF(file)));
    } catch (error) {
      console.error(`Error processing file ${file.name}:`, error);
    }
  }
  const thread = await client.threads.create();
  await client.runs.wait(thread.thread_id, "ingestion_graph", { input: { docs } });
  return NextResponse.json({ threadId: thread.thread_id });
}
