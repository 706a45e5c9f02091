import { prisma } from "../../../../lib/db";

export async function DELETE(_: Request, { params }: { params: { name: string } }) {
  await prisma.chunk.deleteMany({ where: { file: params.name } });
  return new Response(null, { status: 204 });
}
