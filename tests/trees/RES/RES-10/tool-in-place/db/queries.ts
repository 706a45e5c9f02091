import { db, reservation } from "./schema";

export async function createReservation(given: { id: string; flight: string }) {
  return await db.insert(reservation).values(given);
}
