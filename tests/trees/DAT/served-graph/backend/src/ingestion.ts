import { END, START, StateGraph } from "@langchain/langgraph";
import fs from "fs/promises";

import { settingsOf } from "./shared/settings.js";
import { makeRetriever } from "./shared/store.js";

async function ingestDocs(state: any, config: any) {
  let docs = state.docs;
  if (docs.length === 0) {
    docs = JSON.parse(await fs.readFile(settingsOf(config).docsFile, "utf-8"));
  }
  await makeRetriever().addDocuments(docs);
  return { docs: [] };
}

export const graph = new StateGraph(IndexState)
  .addNode("ingestDocs", ingestDocs)
  .addEdge(START, "ingestDocs")
  .addEdge("ingestDocs", END)
  .compile();
