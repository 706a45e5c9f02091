"use client";
import { useChat } from "@ai-sdk/react";

export function Chat() {
  const { messages } = useChat();
  const onFeedback = (messageId: string) =>
    fetch("/api/vote", { method: "PATCH", body: JSON.stringify({ messageId, value: 1 }) });
  return (
    <main>
      {messages.map((m) => (
        <p key={m.id} onClick={() => onFeedback(m.id)}>
          {m.content}
        </p>
      ))}
    </main>
  );
}
