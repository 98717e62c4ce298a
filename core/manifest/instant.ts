import { z } from 'zod';

const pattern =
  /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)$/;

/** An ISO 8601 timestamp with a zone, read as milliseconds since 1970. Spellings of one instant are equal. */
export const instant = z
  .string()
  .refine(
    isRealInstant,
    'is not a timestamp: write it like 2026-12-31T00:00:00Z or 2026-12-31T00:00:00+02:00',
  )
  .transform((text) => Date.parse(text));

/** False also for dates no calendar has: `Date.parse` would move 30 February into March. */
function isRealInstant(text: string): boolean {
  const match = pattern.exec(text);
  if (match === null) return false;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = ''] = match;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const isRealDate = date.toISOString().startsWith(`${year}-${month}-${day}T`);
  return isRealDate && year >= '1970' && hour <= '23' && minute <= '59' && second <= '59';
}
