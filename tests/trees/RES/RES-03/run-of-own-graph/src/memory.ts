import { ChatAnthropic } from "@langchain/anthropic";
import { START, StateGraph } from "@langchain/langgraph";
import { State } from "./state.js";

async function reflect(state: typeof State.State) {
  const model = new ChatAnthropic({ model: "claude-sonnet-4-5" });
  const reply = await model.invoke(state.messages);
  return { notes: reply.content };
}

export const graph = new StateGraph(State).addNode("reflect", reflect).addEdge(START, "reflect").compile();
