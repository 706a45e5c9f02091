import OpenAI from "openai";

const client = new OpenAI();

export async function POST(request: Request) {
  const { model, text, page } = await request.json();
  const vision = model === "gpt-4-vision-preview";
  const found = await fetch(`https://search.example/api?q=${text}`);
  const hits = JSON.parse(await found.text());
  const reply = await client.chat.completions.create({
    model,
    messages: [
      {
        role: "system",
        content: `You write short answers about ${page} for people in a hurry, with sources.`,
      },
      { role: "user", content: text },
    ],
  });
  const answer = JSON.parse(reply.choices[0].message.content ?? "{}");
  return Response.json({ answer, hits, vision });
}
