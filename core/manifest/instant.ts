import { z } from 'zod';

const date = String.raw`(?:19[7-9]\d|[2-9]\d{3})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`;
const time = String.raw`(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?`;
const zone = String.raw`(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)`;
const pattern = new RegExp(`^${date}T${time}${zone}$`);

const wrong = 'is not a timestamp: write it like 2026-12-31T00:00:00Z or 2026-12-31T00:00:00+02:00';

/** An ISO 8601 timestamp with a zone, read as milliseconds since 1970. Spellings of one instant are equal. */
export const instant = z
  .string()
  .regex(pattern, { error: wrong, abort: true })
  .refine((text) => isRealDate(text.slice(0, 10)), wrong)
  .transform((text) => Date.parse(text));

/** False for dates that do not exist: `Date.parse` would move 30 February to March. */
function isRealDate(day: string): boolean {
  return new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);
}
