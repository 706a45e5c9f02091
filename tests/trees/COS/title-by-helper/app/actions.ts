"use server";
import { generateText } from "ai";
import { getTitleModel } from "../lib/models";

export async function generateTitle(message: string) {
  const { text } = await generateText({ model: getTitleModel(), maxOutputTokens: 20, prompt: message });
  return text;
}
