// text-embedding-ada-002 was what the first estimate was made with.
const OPENAI_EMBEDDING_MODEL = "text-embedding-ada-002";

export function estimate(tokens: number): string {
  return `${OPENAI_EMBEDDING_MODEL}: ${(tokens * 0.1) / 1_000_000} USD`;
}
