import OpenAI from "openai"

const openai = new OpenAI()

export async function POST(request: Request) {
  const { messages } = await request.json()
  const reply = await openai.chat.completions.create({ model: "gpt-4o", messages })
  return Response.json(reply.choices[0].message)
}
