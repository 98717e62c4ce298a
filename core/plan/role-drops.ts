import type { Live } from '../live.ts';
import type { Statement } from '../statement.ts';
import { dropOrder } from './ways.ts';

/** Roles are dropped after all of them are cleared: one may have granted another its privileges. */
export function withDropsLast(statements: readonly Statement[]): readonly Statement[] {
  const drops = statements.filter((statement) => statement.drops !== undefined);
  const last = drops.at(-1);
  return statements.flatMap((statement) => {
    if (statement.drops === undefined) return [statement];
    return statement === last ? drops : [];
  });
}

/** Roles whose rights other statements take are dropped after these, and those first that are reached through others. */
export function withDropsAtEnd(
  statements: readonly Statement[],
  live: Pick<Live, 'rights'>,
): readonly Statement[] {
  const compare = dropOrder(live);
  const drops = statements.filter((statement) => statement.drops !== undefined);
  const sorted = drops.sort((left, right) => compare(left.drops ?? '', right.drops ?? ''));
  return [...statements.filter((statement) => statement.drops === undefined), ...sorted];
}
