import { createVertex } from "@ai-sdk/google-vertex";
import { generateText } from "ai";

const vertex = createVertex({
  googleAuthOptions: { credentials: JSON.parse(process.env.VERTEX_CREDENTIALS || "{}") },
});

export async function answer(prompt: string) {
  return generateText({ model: vertex("gemini-2.5-flash"), prompt });
}
