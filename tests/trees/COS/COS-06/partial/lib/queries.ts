import { asc, eq } from "drizzle-orm";
import { db, message } from "./db";

export async function readHistory(id: string) {
  return await db
    .select()
    .from(message)
    .where(eq(message.chatId, id))
    .orderBy(asc(message.createdAt));
}
