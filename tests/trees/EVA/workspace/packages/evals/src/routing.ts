export const ROUTING = {
  inputs: { messages: ["Make the second paragraph shorter."] },
  referenceOutputs: { next: "write" },
};
