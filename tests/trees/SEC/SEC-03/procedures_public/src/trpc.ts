import { initTRPC, TRPCError } from "@trpc/server";

import type { Context } from "./context";

const t = initTRPC.context<Context>().create();

const enforceSession = t.middleware(({ ctx, next }) => {
  if (!ctx.session) {
    throw new TRPCError({ code: "UNAUTHORIZED" });
  }
  return next({ ctx: { session: ctx.session } });
});

const timed = t.middleware(async ({ path, next }) => {
  const started = Date.now();
  const result = await next();
  console.log(path, Date.now() - started);
  return result;
});

export const router = t.router;
export const publicProcedure = t.procedure.use(timed);
export const protectedProcedure = t.procedure.use(timed).use(enforceSession);
