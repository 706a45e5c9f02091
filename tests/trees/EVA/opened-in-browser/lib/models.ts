import { openai } from "@ai-sdk/openai";
import { chatModel as mocked } from "./models.mock";

export const chatModel = process.env.PLAYWRIGHT ? mocked : openai("gpt-4.1-mini");
