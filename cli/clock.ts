/** `15:04:05`, in the user's time zone. */
export function clockTime(date: Date): string {
  return date.toTimeString().slice(0, 8);
}

/** The clock time of an ISO 8601 timestamp; `never` if it is undefined. */
export function clockTimeOf(iso: string | undefined): string {
  return iso === undefined ? 'never' : clockTime(new Date(iso));
}
