export const TITLES = ["Your own prompts", "Write a prompt of your own that starts every chat, and share it with your team"];
