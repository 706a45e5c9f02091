import { jwtVerify } from "jose";
import { cookies } from "next/headers";

/** The signed-in agent, or null for anybody else. */
export async function currentAgent(): Promise<{ id: string } | null> {
  const token = (await cookies()).get("session")?.value;
  const secret = process.env.SESSION_SECRET;
  if (!token || !secret) return null;
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret));
    return payload.sub ? { id: payload.sub } : null;
  } catch {
    return null;
  }
}
