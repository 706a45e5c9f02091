"use client";
import { useChat } from "@ai-sdk/react";

export function Chat() {
  const chat = useChat({ maxSteps: 10 });
  return <div>{chat.messages.map((m) => <p key={m.id}>{m.content}</p>)}</div>;
}
