import { ChatOpenAI } from "@langchain/openai";
import express from "express";
import { z } from "zod";

const app = express();

app.post("/title", async (req, res) => {
  const model = new ChatOpenAI({ model: "gpt-4o-mini" }).bindTools(
    [{ name: "generate_title", schema: z.object({ title: z.string() }) }],
    { tool_choice: "generate_title" }
  );
  const result = await model.invoke([["user", req.body.text]]);
  res.json({ title: result.tool_calls?.[0]?.args.title });
});
