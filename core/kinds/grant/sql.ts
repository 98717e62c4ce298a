import type { Edit } from '../../fact.ts';
import type { GroupNames } from '../../live.ts';
import type { Statement } from '../../statement.ts';
import { type InParts, forEachInParts, groupedInParts } from '../../parts.ts';
import { granteeSql } from '../../public.ts';
import { byDepth } from './chain.ts';
import { type GrantFact, renderedOp } from './fact.ts';
import type { GrantableType } from './grantable-type.ts';
import { withSchemaUsage } from './shut-out.ts';

/** Objects in one statement. More would make the statement megabytes long, and no faster. */
const objectsPerStatement = 500;

/** The privileges that one grantee gains or loses on one object, for all its edits together. */
interface Bundle {
  readonly edit: Edit<GrantFact>;
  readonly privileges: readonly string[];
}

/** GRANT and REVOKE statements for edits of one op: one statement for all objects with the same change for a grantee. */
export function* renderGrants(
  type: GrantableType,
  edits: readonly Edit<GrantFact>[],
  names: GroupNames,
): Generator<Statement | undefined, void, undefined> {
  for (const some of byDepth(edits)) {
    const bundles = yield* bundled(some);
    const alike = yield* groupedInParts(bundles, ({ edit, privileges }) =>
      [renderedOp(edit), wordsFor(type, edit).keyword, ...edgeKey(edit), ...privileges].join('\0'),
    );
    for (const same of alike.values()) yield* statementsFor(type, same, names);
  }
}

function* bundled(edits: readonly Edit<GrantFact>[]): InParts<Bundle[]> {
  const perObject = yield* groupedInParts(edits, (edit) =>
    [edit.fact.id.schema ?? '', edit.fact.id.object, ...edgeKey(edit)].join('\0'),
  );
  const bundles: Bundle[] = [];
  yield* forEachInParts(perObject.values(), (some) => {
    const privileges = some.map(({ fact }) => fact.id.privilege).sort();
    const [edit] = some;
    if (edit !== undefined) bundles.push({ edit, privileges });
  });
  return bundles;
}

/** Edits with equal keys can share a statement. The grantor counts only if pgwarden must become it. */
export function edgeKey(edit: Edit<GrantFact>): string[] {
  const { fact } = edit;
  const isOwners = renderedOp(edit) === 'create' && fact.target.isTakenOn !== true;
  const grantor = isOwners ? undefined : takenOn(fact);
  return [fact.id.grantee, grantor ?? '', String(fact.state.grantable)];
}

/** The grantor that pgwarden must become to revoke what it granted: usually not the owner. */
function takenOn({ id, target }: GrantFact): string | undefined {
  return id.grantor === target.owner && target.isTakenOn !== true ? undefined : id.grantor;
}

function statementsFor(
  type: GrantableType,
  same: readonly Bundle[],
  names: GroupNames,
): Statement[] {
  const [first] = same;
  if (first === undefined) return [];
  const objects = same.flatMap(({ edit }) => sqlNames(edit.fact, names)).sort();
  const { edit, privileges } = first;
  const { keyword, plural } = wordsFor(type, edit);
  const listed = privileges.join(', ');
  const statements: Statement[] = [];
  for (let start = 0; start < objects.length; start += objectsPerStatement) {
    const some = objects.slice(start, start + objectsPerStatement);
    const on = some.length === 1 ? some.join() : `${String(some.length)} ${plural}`;
    const what = `${listed} ON ${keyword} ${some.join(', ')}`;
    const statement = grantStatement(edit, what, `${listed} on ${on}`);
    const rights = statement.as === undefined ? ownersOf(same) : [];
    statements.push({ ...statement, objects: some, rights });
  }
  const facts = same.map((bundle) => bundle.edit.fact);
  return statements.flatMap((statement) => withSchemaUsage(facts, statement));
}

function ownersOf(same: readonly Bundle[]): string[] {
  return [...new Set(same.map(({ edit }) => edit.fact.target.owner))];
}

function wordsFor(
  type: GrantableType,
  { fact }: Edit<GrantFact>,
): Pick<GrantableType, 'keyword' | 'plural'> {
  return type.subtypes?.[fact.target.subtype ?? ''] ?? type;
}

function sqlNames({ target }: GrantFact, names: GroupNames): readonly string[] {
  if (target.sql !== undefined) return [target.sql];
  return names.get(target.group ?? '') ?? [];
}

/** The GRANT or REVOKE of an edit. `what` is the privileges and objects as SQL, `said` the same for people. */
export function grantStatement(edit: Edit<GrantFact>, what: string, said: string): Statement {
  const { id, state } = edit.fact;
  const as = takenOn(edit.fact);
  const grantee = granteeSql(id.grantee);
  const affects = [id.grantee];
  if (renderedOp(edit) === 'create') {
    const option = state.grantable ? ' WITH GRANT OPTION' : '';
    const why = `${id.grantee} lacks ${said}`;
    return { text: `GRANT ${what} TO ${grantee}${option}`, why, risk: 'none', affects };
  }
  const option = edit.op === 'alter' ? 'GRANT OPTION FOR ' : '';
  const undeclared = edit.op === 'alter' ? 'may grant on' : 'has undeclared';
  return {
    text: `REVOKE ${option}${what} FROM ${grantee}`,
    why: `${id.grantee} ${undeclared} ${said}`,
    risk: 'loses access',
    affects,
    ...(as === undefined ? {} : { as }),
  };
}
