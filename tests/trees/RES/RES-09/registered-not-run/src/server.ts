import express from "express";
import { connect } from "./bot";
import { ChatProxy, VoiceProxy } from "./proxies";

const app = express();

app.post("/chat", (req, res) => {
  new ChatProxy(req, res);
});

app.post("/voice/:voice", (req, res) => {
  new VoiceProxy(req, res);
});

app.post("/bots/:token/toggle", (req, res) => {
  connect(req.params.token);
  res.end();
});

app.listen(3000);
