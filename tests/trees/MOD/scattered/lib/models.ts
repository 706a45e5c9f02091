export const models = [
  { id: "claude-3-7-sonnet-20250219", name: "Claude 3.7" },
  { id: "gpt-5.2", name: "GPT-5.2" },
];

export const PRICES: Record<string, number> = {
  "gpt-3.5-turbo-16k": 0.5,
  "text-davinci-003": 20,
};
