"use client";
import { useChat } from "@ai-sdk/react";
import { useTranslations } from "next-intl";

export function Chat() {
  const { messages } = useChat();
  const t = useTranslations("chat");
  return (
    <main>
      {messages.map((m) => (
        <p key={m.id}>{m.content}</p>
      ))}
      <footer>{t("disclaimer")}</footer>
    </main>
  );
}
