import { json, pgTable, timestamp, uuid, varchar } from "drizzle-orm/pg-core";

export const user = pgTable("User", { id: uuid("id").primaryKey() });

export const chat = pgTable("Chat", {
  id: uuid("id").primaryKey(),
  userId: uuid("userId").references(() => user.id),
});

export const message = pgTable("Message_v2", {
  id: uuid("id").primaryKey(),
  chatId: uuid("chatId").references(() => chat.id),
  role: varchar("role").notNull(),
  parts: json("parts").notNull(),
  createdAt: timestamp("createdAt").notNull(),
});
