"use client";
import { useChat } from "@ai-sdk/react";

export function Chat() {
  const { messages } = useChat();
  return (
    <main>
      {messages.map((m) => (
        <p key={m.id}>{m.content}</p>
      ))}
    </main>
  );
}
