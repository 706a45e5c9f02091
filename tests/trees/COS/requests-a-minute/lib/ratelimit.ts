import { Ratelimit } from "@upstash/ratelimit";
import { Redis } from "@upstash/redis";

export default async function limited(key: string, most: number, window: `${number} ${"s" | "m" | "d"}`) {
  if (!process.env.UPSTASH_REDIS_REST_URL) {
    return false;
  }
  const ratelimit = new Ratelimit({
    redis: Redis.fromEnv(),
    limiter: Ratelimit.slidingWindow(most, window),
  });
  const { success } = await ratelimit.limit(key);
  return !success;
}
