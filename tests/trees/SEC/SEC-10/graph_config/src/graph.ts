import { RunnableConfig } from "@langchain/core/runnables";
import { Annotation, END, START, StateGraph } from "@langchain/langgraph";
import { ChatOpenAI } from "@langchain/openai";

import { makeRetriever } from "./retrieval.js";

const State = Annotation.Root({ query: Annotation<string>(), answer: Annotation<string>() });

async function answer(state: typeof State.State, config: RunnableConfig) {
  const retriever = await makeRetriever(config);
  const documents = await retriever.invoke(state.query);
  const model = new ChatOpenAI({ model: "gpt-4o-mini" });
  const reply = await model.invoke([
    ["system", "Answer from the documents."],
    ["human", `<documents>${documents.map((d) => d.pageContent).join("\n")}</documents>`],
    ["human", state.query],
  ]);
  return { answer: reply.content };
}

export const graph = new StateGraph(State)
  .addNode("answer", answer)
  .addEdge(START, "answer")
  .addEdge("answer", END)
  .compile();
