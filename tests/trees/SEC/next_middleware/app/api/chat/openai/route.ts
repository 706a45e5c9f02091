import OpenAI from "openai"
import { getServerProfile } from "@/lib/server-profile"

export async function POST(request: Request) {
  await getServerProfile()
  const { messages } = await request.json()
  const openai = new OpenAI({ apiKey: process.env.OPENAI_API_KEY })
  const reply = await openai.chat.completions.create({ model: "gpt-4.1", messages })
  return Response.json(reply)
}
