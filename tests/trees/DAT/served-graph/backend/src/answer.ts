import { END, START, StateGraph } from "@langchain/langgraph";
import { ChatOpenAI } from "@langchain/openai";

import { makeRetriever } from "./shared/store.js";

async function answer(state: any) {
  const pages = await makeRetriever().invoke(state.question);
  const model = new ChatOpenAI({ model: "gpt-4.1-2025-04-14" });
  return { answer: await model.invoke(`Answer ${state.question} from ${JSON.stringify(pages)}`) };
}

export const graph = new StateGraph(AnswerState)
  .addNode("answer", answer)
  .addEdge(START, "answer")
  .addEdge("answer", END)
  .compile();
