/**
 * The entry of `known` that the user most likely meant by `typed`. It is equal except for case, or at most a third of
 * its letters are wrong, missing, added or swapped. Undefined if no entry is close. Of equally close entries, the
 * first.
 */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  const low = typed.toLowerCase();
  const most = Math.max(1, Math.floor(typed.length / 3));
  const ranked = known
    .filter((name) => Math.abs(name.length - typed.length) <= most)
    .map((name) => ({ name, steps: distance(low, name.toLowerCase()) }))
    .filter(({ steps }) => steps <= most)
    .sort((a, b) => a.steps - b.steps);
  return ranked[0]?.name;
}

/**
 * Number of letters to change, add, remove or swap with the next one. Source: Damerau and Levenshtein, optimal string
 * alignment.
 */
function distance(from: string, to: string): number {
  let earlier: readonly number[] = [];
  let above: readonly number[] = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row += 1) {
    const next = nextRow({ from, to, row }, above, earlier);
    earlier = above;
    above = next;
  }
  return above[to.length] ?? 0;
}

interface MatrixCell {
  readonly from: string;
  readonly to: string;
  readonly row: number;
}

function nextRow(
  { from, to, row }: MatrixCell,
  above: readonly number[],
  earlier: readonly number[],
): readonly number[] {
  const next = [row];
  for (let column = 1; column <= to.length; column += 1) {
    const same = from[row - 1] === to[column - 1] ? 0 : 1;
    const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
    next.push(
      Math.min(
        at(above, column) + 1,
        at(next, column - 1) + 1,
        at(above, column - 1) + same,
        swapped ? at(earlier, column - 2) + 1 : Infinity,
      ),
    );
  }
  return next;
}

const at = (numbers: readonly number[], place: number): number => numbers[place] ?? Infinity;
