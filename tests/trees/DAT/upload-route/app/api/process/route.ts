import { createClient } from "@supabase/supabase-js"
import OpenAI from "openai"
import { split } from "@/lib/split"

const openai = new OpenAI()

export async function POST(request: Request) {
  const supabase = createClient(process.env.SUPABASE_URL!, process.env.SUPABASE_KEY!)
  const formData = await request.formData()
  const fileId = formData.get("file_id") as string
  const file = formData.get("file") as File
  const extension = file.name.split(".").pop()
  if (extension !== "pdf" && extension !== "txt") {
    return Response.json({ message: "Unsupported file type" }, { status: 415 })
  }
  const chunks = split(await file.text())
  const response = await openai.embeddings.create({ model: "text-embedding-3-small", input: chunks })
  const rows = chunks.map((content, index) => ({
    file_id: fileId,
    content,
    openai_embedding: response.data[index].embedding
  }))
  await supabase.from("file_items").upsert(rows)
  return Response.json({ ok: true })
}
