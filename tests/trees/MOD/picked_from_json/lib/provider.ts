import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";

export function client(model: { id: string; provider: string }) {
  const makers = {
    openai: () => createOpenAI({})(model.id),
    anthropic: () => createAnthropic({})(model.id),
  };
  return makers[model.provider as keyof typeof makers]();
}

export const fastApply = createOpenAI({ baseURL: "https://api.morphllm.com/v1" });
