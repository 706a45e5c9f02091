"use client";
import { useChat } from "@ai-sdk/react";
import { Answer } from "./answer";

export function Chat() {
  const { messages } = useChat();
  return <main>{messages.map((m) => <Answer key={m.id} text={m.content} />)}</main>;
}
