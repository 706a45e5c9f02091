import OpenAI from "openai";

const client = new OpenAI();

export abstract class Proxy {
  constructor(public req: any, public res: any) {
    this.start();
  }
  async start() {
    await this.handle();
  }
  abstract handle(): Promise<void>;
}

export class ChatProxy extends Proxy {
  async handle() {
    const reply = await client.chat.completions.create({ model: "gpt-4o", messages: this.req.body });
    this.res.json(reply);
  }
}

export class VoiceProxy extends Proxy {
  async handle() {
    this.res.sendFile(`/voices/${this.req.params.voice}.mp3`);
  }
}
