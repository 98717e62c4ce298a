import type { Standings } from '../authority/means.ts';
import type { AuthorizedChange } from './authorize.ts';
import { declaredSchemaOwner } from '../graph-index.ts';
import type { Live, GroupNames } from '../live.ts';
import type { Statement } from '../statement.ts';
import { dropOrder } from './drop-order.ts';
import { type Change, factKey, renderedOpOf } from './diff.ts';
import {
  type InParts,
  finished,
  flatMapInParts,
  forEachInParts,
  gatheredInParts,
  groupedInParts,
} from '../parts.ts';
import { kindOf } from '../registry.ts';
import { lendRightsInParts } from '../authority/rights.ts';
import { inSteps } from './steps.ts';
import type { Plan } from './plan.ts';

/** The plan as SQL: runs of changes of one kind and op become as few statements as mean the same. */
export function renderPlan(plan: Plan, live: Live, names: GroupNames): Statement[] {
  return finished(renderInParts(plan, live, names));
}

export function* renderInParts(
  { changes, dropsAtEnd, standings }: Plan,
  live: Live,
  names: GroupNames,
): InParts<Statement[]> {
  const early = yield* neededAhead(changes);
  const context = { live, names, standings };
  const split = yield* groupedInParts(changes, (change) => String(isIn(early, change)));
  const first = yield* renderChanges(split.get('true') ?? [], context);
  const others = yield* renderChanges(split.get('false') ?? [], context);
  const rest = dropsAtEnd ? withDropsAtEnd(others, live) : withDropsLast(others);
  const ahead = { stage: 'prepare' } as const;
  const statements = [...first.map((statement) => ({ ...statement, ahead })), ...rest];
  yield;
  const rendered: Statement[] = [];
  for (const group of inSteps(statements)) {
    const step = group[0]?.ahead;
    yield* forEachInParts(yield* lendRightsInParts(group, live, standings), (statement) => {
      rendered.push(step === undefined ? statement : { ...statement, ahead: step });
    });
  }
  return rendered;
}

/** Keys of facts that steps before the plan's own transaction need, e.g. the new owner of objects in other databases. */
function* neededAhead(changes: readonly Change[]): InParts<ReadonlySet<string>> {
  const refs = yield* flatMapInParts(
    changes,
    ({ fact }) => kindOf(fact.kind).needsAhead?.(fact) ?? [],
  );
  return new Set(refs.map(({ kind, key }) => `${kind}\0${key}`));
}

function isIn(keys: ReadonlySet<string>, { op, fact }: Change): boolean {
  return op === 'create' && keys.has(factKey(fact));
}

interface Context {
  readonly live: Live;
  readonly names: GroupNames;
  readonly standings: Standings;
}

function* renderChanges(
  changes: readonly AuthorizedChange[],
  context: Context,
): InParts<readonly Statement[]> {
  const rendered: Statement[] = [];
  for (const run of yield* runsOf(changes)) {
    const [first] = run;
    if (first === undefined) continue;
    const statements = yield* gatheredInParts(
      kindOf(first.fact.kind).render(run, context.live, context.names),
    );
    yield;
    yield* forEachInParts(withSchemaOwners(statements, run, context), (statement) => {
      rendered.push(statement);
    });
    yield;
  }
  return rendered;
}

function* runsOf(changes: readonly AuthorizedChange[]): InParts<AuthorizedChange[][]> {
  const runs: AuthorizedChange[][] = [];
  let last = '';
  yield* forEachInParts(changes, (change) => {
    const key = `${renderedOpOf(change)} ${change.fact.kind}`;
    if (key === last) runs.at(-1)?.push(change);
    else runs.push([change]);
    last = key;
  });
  return runs;
}

/**
 * Adds the owners of schemas on which the connected role lacks USAGE, because it must name objects in them. It needs no
 * such right for a statement that runs as another role.
 */
function withSchemaOwners(
  statements: readonly Statement[],
  changes: readonly AuthorizedChange[],
  context: Context,
): Statement[] {
  const owners = new Set(changes.flatMap((change) => ownersToJoin(change, context)));
  if (owners.size === 0) return [...statements];
  return statements.map((statement) =>
    statement.as === undefined
      ? { ...statement, rights: [...new Set([...(statement.rights ?? []), ...owners])] }
      : statement,
  );
}

/**
 * A plan can change the owner of a schema before or after a statement, so either owner's rights can be necessary. An owner
 * that the plan creates is joined already, to give it the schema.
 */
function ownersToJoin(
  { op, fact, authority: { closedTo } }: AuthorizedChange,
  { live, standings }: Context,
): string[] {
  const schema = fact.id['schema'];
  if (schema === undefined || closedTo === undefined) return [];
  const declared = declaredSchemaOwner(live.graph, schema);
  const isChanged = op !== 'drop' && live.mode !== 'additive' && declared !== undefined;
  return [closedTo, ...(isChanged ? [declared] : [])].filter(
    (owner) => standings(owner).acts === 'lent' && !standings(owner).isCreated,
  );
}

/** Drops roles after all of them are cleared: one may have granted another its privileges. */
function withDropsLast(statements: readonly Statement[]): readonly Statement[] {
  const drops = statements.filter((statement) => statement.drops !== undefined);
  const last = drops.at(-1);
  return statements.flatMap((statement) => {
    if (statement.drops === undefined) return [statement];
    return statement === last ? drops : [];
  });
}

/**
 * Drops roles after the statements that need their rights. A role that the connected role reaches through another one is
 * dropped before that one.
 */
function withDropsAtEnd(
  statements: readonly Statement[],
  live: Pick<Live, 'rights'>,
): readonly Statement[] {
  const compare = dropOrder(live);
  const drops = statements.filter((statement) => statement.drops !== undefined);
  const sorted = drops.sort((left, right) => compare(left.drops ?? '', right.drops ?? ''));
  return [...statements.filter((statement) => statement.drops === undefined), ...sorted];
}
