import { auth } from "@/lib/auth";
import { deleteAllChatsByUserId } from "@/lib/queries";

export async function DELETE() {
  const session = await auth();
  await deleteAllChatsByUserId({ userId: session.user.id });
  return new Response(null, { status: 204 });
}
