export function PlanFeedback({ socket }: { socket: WebSocket }) {
  return <form onSubmit={(event) => socket.send(`human_feedback${event}`)} />;
}
