// The form in which people write when their own reminders are sent.
export const DEFAULT_CRON = "0 7 * * 1";

export function describe(cron: string): string {
  return cron === DEFAULT_CRON ? "every Monday at seven" : cron;
}
