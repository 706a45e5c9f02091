import { db } from "@/lib/db";

export async function PATCH(request: Request) {
  const { messageId, value } = await request.json();
  await db.insert("vote").values({ messageId, value });
  return new Response("kept");
}
