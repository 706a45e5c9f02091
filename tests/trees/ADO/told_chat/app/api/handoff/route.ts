import { createZendeskTicket } from "@/lib/zendesk";

export async function POST(request: Request) {
  return escalate(await request.json());
}

async function escalate(talk: { transcript: string }) {
  await createZendeskTicket({ subject: "Chat", body: talk.transcript });
  return new Response("opened");
}
