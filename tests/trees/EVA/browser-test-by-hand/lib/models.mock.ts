import { simulateReadableStream } from "ai";
import { MockLanguageModelV2 } from "ai/test";

export const chatModel = new MockLanguageModelV2({
  doStream: async () => ({
    stream: simulateReadableStream({ chunks: [{ type: "text-delta", id: "1", delta: "In two days." }] }),
  }),
});
