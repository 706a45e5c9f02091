import * as ls from "langsmith/vitest";
import { expect } from "vitest";

import { graph } from "@desk/agents/dist/graph.js";
import { ROUTING } from "./routing.js";

ls.describe("routing", () => {
  ls.test(
    "a wish leads to writing",
    { inputs: ROUTING.inputs, referenceOutputs: ROUTING.referenceOutputs },
    async ({ inputs, referenceOutputs }) => {
      const choosePath = graph.nodes.choosePath;
      const found = await choosePath.invoke(inputs);
      expect(found).toEqual(referenceOutputs);
    },
  );
});
