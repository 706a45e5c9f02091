"use client";

import { useState } from "react";

export default function Desk() {
  const [draft, setDraft] = useState("");
  const [text, setText] = useState("");

  async function suggest() {
    const response = await fetch("/api/suggest", {
      method: "POST",
      body: JSON.stringify({ ticketId: "current", text }),
    });
    setDraft(response.ok ? await response.text() : "No draft right now. Write your own reply.");
  }

  return (
    <main>
      <textarea value={text} onChange={(event) => setText(event.target.value)} />
      <button onClick={suggest}>Draft a reply</button>
      <p>Drafted by AI. Read and change it before you send it.</p>
      <textarea value={draft} onChange={(event) => setDraft(event.target.value)} />
    </main>
  );
}
