import { START, StateGraph } from "@langchain/langgraph";
import { Client } from "@langchain/langgraph-sdk";
import { State } from "./state.js";

async function remember(state: typeof State.State) {
  const client = new Client({ apiUrl: "http://localhost:2024" });
  const { thread_id } = await client.threads.create();
  await client.runs.create(thread_id, "memory", { input: state });
  return {};
}

export const graph = new StateGraph(State).addNode("remember", remember).addEdge(START, "remember").compile();
