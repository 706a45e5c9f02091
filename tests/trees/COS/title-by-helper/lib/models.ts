import { google } from "@ai-sdk/google";

const SMALL_MODEL = "gemini-2.5-flash-lite";

export function getTitleModel() {
  return google(SMALL_MODEL);
}
