"use client";
import { useChat } from "@ai-sdk/react";
import { Welcome } from "./welcome";

export function Chat({ like }: { like: (messageId: string) => void }) {
  const { messages, regenerate } = useChat();
  return (
    <main>
      {messages.length === 0 && <Welcome />}
      {messages.map((m) => (
        <article key={m.id}>
          <p>{m.content}</p>
          <ThumbsUpButton onClick={() => like({ messageId: m.id })} />
        </article>
      ))}
      <button onClick={() => regenerate()}>Regenerate</button>
      <footer>
        <a href="https://help.acme.example">Contact support</a>
      </footer>
    </main>
  );
}
