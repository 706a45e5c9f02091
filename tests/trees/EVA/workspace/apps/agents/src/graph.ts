import { Annotation, END, START, StateGraph } from "@langchain/langgraph";
import { choosePath } from "./nodes/choosePath.js";
import { write } from "./nodes/write.js";

const State = Annotation.Root({ messages: Annotation<string[]>, next: Annotation<string> });

export const graph = new StateGraph(State)
  .addNode("choosePath", choosePath)
  .addNode("write", write)
  .addNode("clean", () => ({}))
  .addNode("reflect", () => ({}))
  .addEdge(START, "choosePath")
  .addEdge("choosePath", "write")
  .addEdge("write", "reflect")
  .addEdge("reflect", "clean")
  .addEdge("clean", END)
  .compile();
