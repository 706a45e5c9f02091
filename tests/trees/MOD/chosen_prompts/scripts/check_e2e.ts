import { anthropic } from "@ai-sdk/anthropic";
import { generateText } from "ai";

// Asks the running editor's model once and prints what it says.
const { text } = await generateText({
  model: anthropic("claude-3-opus-latest"),
  prompt: "Continue this sentence in one line of text: the quick brown fox",
});
console.log(text);
