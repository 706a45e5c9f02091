import express from "express";
import OpenAI from "openai";

const client = new OpenAI({ timeout: 20_000 });
const app = express();

app.post("/ask", async (request, response) => {
  try {
    const reply = await client.responses.create({
      model: "gpt-4o-2024-08-06",
      input: request.body.text,
    });
    response.json({ text: reply.output_text });
  } catch {
    response.status(200).json({ text: "" });
  }
});

app.post("/title", async (request, response) => {
  const reply = await client.responses
    .create({ model: "gpt-4o-2024-08-06", input: request.body.text })
    .catch(() => null);
  response.json({ text: reply?.output_text ?? "" });
});
