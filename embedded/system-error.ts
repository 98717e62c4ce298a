/** Whether the error is a system error with that code, e.g. `EEXIST`. */
export function isSystemError(error: unknown, code: string): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === code;
}
