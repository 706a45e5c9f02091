"use client";
import { useState } from "react";

export default function Page() {
  const [reply, setReply] = useState("");
  async function send(form: FormData) {
    const body = JSON.stringify({ messages: [{ role: "user", content: form.get("question") }] });
    const response = await fetch("/api/chat", { method: "POST", body });
    setReply(await response.text());
  }
  return (
    <form action={send}>
      <input name="question" />
      <p data-testid="reply">{reply}</p>
    </form>
  );
}
