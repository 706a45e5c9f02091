import { auth } from "@/auth"

export async function getServerProfile() {
  const session = await auth()
  if (!session?.user) {
    throw new Error("User not found")
  }
  return session.user
}
