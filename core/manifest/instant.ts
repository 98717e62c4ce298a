import { z } from 'zod';

const pattern =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/** An ISO 8601 timestamp with a zone, read as milliseconds since 1970. Spellings of one instant are equal. */
export const instant = z
  .string()
  .refine(isRealInstant, 'is not a timestamp: write it like 2026-12-31T00:00:00Z or 2026-12-31T00:00:00+02:00')
  .transform((text) => Date.parse(text));

/** False also for dates no calendar has: `Date.parse` would move 30 February into March. */
function isRealInstant(text: string): boolean {
  const [, year, month, day, hour, minute, second] = (pattern.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) return false;
  if ((hour ?? 24) > 23 || (minute ?? 60) > 59 || (second ?? 60) > 59 || year < 1970) return false;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
