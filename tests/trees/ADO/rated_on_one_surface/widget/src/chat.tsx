import { useChat } from "@ai-sdk/react";

export function Widget() {
  const { messages } = useChat({ api: "https://desk.acme.example/api/chat" });
  return (
    <main>
      {messages.map((m) => (
        <p key={m.id}>{m.content}</p>
      ))}
    </main>
  );
}
