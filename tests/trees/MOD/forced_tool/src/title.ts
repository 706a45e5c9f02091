import { ChatOpenAI } from "@langchain/openai";
import { initChatModel } from "langchain/chat_models/universal";
import { z } from "zod";

const schema = z.object({ title: z.string().describe("At most five words.") });
const makeTitle = { name: "make_title", description: "Make a short title for a text.", schema };

export async function title(text: string): Promise<string> {
  const model = new ChatOpenAI({ model: "gpt-4.1-2025-04-14", temperature: 0 }).bindTools([makeTitle], {
    tool_choice: "make_title",
  });
  const reply = await model.invoke([["user", text]]);
  return reply.tool_calls?.[0]?.args.title as string;
}

export async function checkedTitle(text: string): Promise<string | undefined> {
  const model = (await initChatModel("claude-sonnet-4-6", { modelProvider: "anthropic" })).bindTools(
    [makeTitle],
    { tool_choice: "make_title" },
  );
  try {
    const reply = await model.invoke([["user", text]]);
    return schema.parse(reply.tool_calls?.[0]?.args).title;
  } catch {
    return undefined;
  }
}
