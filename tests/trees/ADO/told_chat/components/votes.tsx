export function Votes({ messageId }: { messageId: string }) {
  const handleVote = (value: number) =>
    fetch("/api/vote", { method: "PATCH", body: JSON.stringify({ messageId, value }) });
  return <button onClick={() => handleVote(1)}>Good</button>;
}
