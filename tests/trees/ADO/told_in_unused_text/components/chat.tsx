"use client";
import { useChat } from "@ai-sdk/react";
import { useTranslations } from "next-intl";

export function Chat() {
  const { messages } = useChat();
  const t = useTranslations("chat");
  return (
    <main>
      <h1>{t("title")}</h1>
      {messages
        .filter((m) => m.role !== "system")
        .map((m) => (
          <p key={m.id}>{m.content}</p>
        ))}
    </main>
  );
}
