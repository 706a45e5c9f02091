import { ChatOpenAI } from "@langchain/openai";

// What a person asks for is done at once.
const PROMPT =
  `You change the text below as the person asks, and give back the whole text without a word about it. Keep
headings and lists as they are, and leave out nothing that the person did not mention. {messages}`;

export async function write(state: { messages: string[] }) {
  const model = new ChatOpenAI({ model: "gpt-4.1", maxTokens: 4000 });
  const reply = await model.invoke(PROMPT.replace("{messages}", state.messages.join("\n")));
  return { messages: [...state.messages, reply.content as string] };
}
