export type StopReason = "user" | "finished";

export function stopped(stopReason: StopReason): string {
  return stopReason === "user" ? "You stopped this answer." : "";
}
