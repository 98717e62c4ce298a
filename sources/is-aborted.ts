/** Asked anew each time, and not narrowed by an earlier check: the signal changes while others work. */
export function isAborted({ aborted }: AbortSignal): boolean {
  return aborted;
}
