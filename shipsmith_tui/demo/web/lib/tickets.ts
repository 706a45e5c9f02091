/** The state of a ticket, from the ticket system. */
export async function ticketState(id: string): Promise<string> {
  const response = await fetch(`${process.env.TICKETS_URL}/tickets/${encodeURIComponent(id)}`, {
    headers: { Authorization: `Bearer ${process.env.TICKETS_TOKEN}` },
    signal: AbortSignal.timeout(5_000),
  });
  if (!response.ok) throw new Error(`ticket ${id}: ${response.status}`);
  return (await response.json()).state;
}
