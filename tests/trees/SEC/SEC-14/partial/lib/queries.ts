import { eq, inArray } from "drizzle-orm";
import { db } from "./db";
import { chat, message } from "./schema";

export async function saveMessages(chatId: string, messages: { role: string; parts: unknown }[]) {
  await db.insert(message).values(messages.map((m) => ({ ...m, chatId })));
}

export async function deleteAllChatsByUserId({ userId }: { userId: string }) {
  const chats = await db.select({ id: chat.id }).from(chat).where(eq(chat.userId, userId));
  const ids = chats.map((c) => c.id);
  await db.delete(message).where(inArray(message.chatId, ids));
  await db.delete(chat).where(eq(chat.userId, userId));
}
