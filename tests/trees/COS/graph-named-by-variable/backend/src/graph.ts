import { ChatOpenAI } from "@langchain/openai";
import { MessagesAnnotation, StateGraph, START } from "@langchain/langgraph";

const model = new ChatOpenAI({ model: "gpt-4o-mini", maxTokens: 400 });

async function answer(state: typeof MessagesAnnotation.State) {
  return { messages: [await model.invoke(state.messages)] };
}

export const graph = new StateGraph(MessagesAnnotation)
  .addNode("answer", answer)
  .addEdge(START, "answer")
  .compile();
