import { z } from 'zod';

const unitSeconds = { h: 3600, m: 60, s: 1 } as const;

/** When nothing is said, and when the interval adds up to nothing. */
export const defaultInterval = '5m';

const defaultIntervalSeconds = 300;

/** The longest sleep a timer can hold: about ten years. */
const maxSeconds = 10 * 365 * 24 * 3600;

/** `30s`, `5m`, `1h30m`; a trailing bare number is seconds. Read as seconds. */
export const interval = z
  .string()
  .regex(/^(\d+[hms])*\d*$/, 'is not a duration: write it like 30s, 5m or 1h30m')
  .transform(secondsOf)
  .refine((seconds) => seconds <= maxSeconds, 'is longer than ten years');

function secondsOf(text: string): number {
  let total = 0;
  for (const [, digits, unit] of text.matchAll(/(\d+)([hms]?)/g)) {
    total += Number(digits) * (isUnit(unit) ? unitSeconds[unit] : 1);
  }
  return total === 0 ? defaultIntervalSeconds : total;
}

function isUnit(unit: string | undefined): unit is keyof typeof unitSeconds {
  return unit !== undefined && unit in unitSeconds;
}
