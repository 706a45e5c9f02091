"use client";
import { useChat } from "@ai-sdk/react";
import { Disclaimer } from "./disclaimer";
import { Votes } from "./votes";

export function Chat() {
  const { messages } = useChat();
  return (
    <main>
      {messages.map((m) => (
        <article key={m.id}>
          <p>{m.content}</p>
          <Votes messageId={m.id} />
        </article>
      ))}
      <Disclaimer />
    </main>
  );
}
