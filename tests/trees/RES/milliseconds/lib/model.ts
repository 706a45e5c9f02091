import Anthropic from "@anthropic-ai/sdk";

const claude = new Anthropic({ timeout: 30 });

export async function POST(request: Request) {
  const { question } = await request.json();
  const reply = await claude.messages.create({
    model: "claude-haiku-4-5-20251001",
    max_tokens: 400,
    messages: [{ role: "user", content: question }],
  });
  return Response.json({ answer: reply.content });
}
