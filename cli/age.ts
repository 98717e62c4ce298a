const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
] as const;

/** The time since an ISO 8601 timestamp in its largest unit, e.g. `3d`, as kubectl shows it. Empty if the text is no timestamp. */
export function ageOf(iso: string, nowMs = Date.now()): string {
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(iso)) / 1_000));
  if (Number.isNaN(seconds)) return '';
  const [unit, length] = units.find(([, each]) => seconds >= each) ?? ['s', 1];
  return `${String(Math.floor(seconds / length))}${unit}`;
}
