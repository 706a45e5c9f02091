import { z } from "zod";

const messageSchema = z.object({
  text: z.string().min(1).max(2000),
});

export const bodySchema = z.object({
  id: z.string(),
  message: messageSchema,
  messages: z.array(z.any()).optional(),
});
