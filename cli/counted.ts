/** `1 grant`, `2 grants`; a plural that is not made with an s is given. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${String(count)} ${count === 1 ? noun : plural}`;
}
