import OpenAI from "openai"
import { auth } from "@/auth"

export async function POST(request: Request) {
  const session = await auth()
  if (!session?.user) {
    return new Response("Sign in", { status: 401 })
  }
  const { messages } = await request.json()
  const openai = new OpenAI({ apiKey: process.env.OPENAI_API_KEY })
  const reply = await openai.chat.completions.create({ model: "gpt-4.1", messages })
  return Response.json(reply)
}
