export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/**
 * One line: the name, the value, and the ratio to the value it is compared with in the same run, unless that is zero.
 */
export function report(what: string, value: number, against: number): void {
  const ratio = against === 0 ? '' : `  ratio ${(value / against).toFixed(2)}`;
  console.log(
    `${what.padEnd(48)} ${value.toFixed(1).padStart(10)}  of ${against.toFixed(1).padStart(10)}${ratio}`,
  );
}
