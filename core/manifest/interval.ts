import { z } from 'zod';

const unitSeconds = { h: 3600, m: 60, s: 1 } as const;

/** Default interval. */
export const defaultInterval = '5m';

const minSeconds = 1;

/** The longest time for a timer: about ten years. */
const maxSeconds = 10 * 365 * 24 * 3600;

/** `30s`, `5m`, `1h30m`; a trailing bare number is seconds. Read as seconds, at least 1. */
export const interval = z
  .string()
  .regex(/^(\d+[hms])*\d+[hms]?$/, 'is not a duration: write it like 30s, 5m or 1h30m')
  .transform(secondsOf)
  .refine((seconds) => seconds >= minSeconds, 'is shorter than one second')
  .refine((seconds) => seconds <= maxSeconds, 'is longer than ten years');

function secondsOf(text: string): number {
  let total = 0;
  for (const [, digits, unit] of text.matchAll(/(\d+)([hms]?)/g)) {
    total += Number(digits) * (isUnit(unit) ? unitSeconds[unit] : 1);
  }
  return total;
}

function isUnit(unit: string | undefined): unit is keyof typeof unitSeconds {
  return unit !== undefined && unit in unitSeconds;
}
