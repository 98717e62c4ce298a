const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
] as const;

/** Time since then in its largest unit, e.g. `3d`, as kubectl has it. Of ISO 8601; empty where it is none. */
export function ageOf(iso: string, nowMs = Date.now()): string {
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(iso)) / 1_000));
  if (Number.isNaN(seconds)) return '';
  const [unit, length] = units.find(([, each]) => seconds >= each) ?? ['s', 1];
  return `${String(Math.floor(seconds / length))}${unit}`;
}
