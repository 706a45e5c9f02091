ANSWER = "gpt-4.1-2025-04-14"
TITLE = "gpt-4.1-nano-2025-04-14"
