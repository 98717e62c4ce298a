import type { Edit, GroupNames, Statement } from '../kind.ts';
import { granteeSql } from '../public.ts';
import type { GrantableType, GrantFact } from './object-grant.ts';

/** Objects in one statement: more would make one statement megabytes long, and no faster. */
const objectsPerStatement = 500;

/** What one grantee gains or loses on one object, with the privileges of all its edits together. */
interface Bundle {
  readonly edit: Edit<GrantFact>;
  readonly privileges: readonly string[];
}

/** GRANT and REVOKE statements for edits of one op, one for all objects on which a grantee's change is the same. */
export function renderGrants(
  type: GrantableType,
  edits: readonly Edit<GrantFact>[],
  names: GroupNames,
): Statement[] {
  const bundles = bundled(edits);
  const alike = grouped(bundles, ({ edit, privileges }) =>
    [edit.op, ...edgeKey(edit), ...privileges].join('\0'),
  );
  return [...alike.values()].flatMap((same) => statementsFor(type, same, names));
}

function bundled(edits: readonly Edit<GrantFact>[]): Bundle[] {
  const perObject = grouped(edits, (edit) =>
    [edit.fact.id.schema ?? '', edit.fact.id.object, ...edgeKey(edit)].join('\0'),
  );
  return [...perObject.values()].flatMap(([edit, ...rest]) =>
    edit === undefined
      ? []
      : [{ edit, privileges: [edit, ...rest].map(({ fact }) => fact.id.privilege).sort() }],
  );
}

/** Edits with equal keys can share a statement. A grantor counts only where it must be taken on: not the owner. */
function edgeKey({ op, fact: { id, state, target } }: Edit<GrantFact>): string[] {
  const grantor = op === 'create' || id.grantor === target.owner ? '' : id.grantor;
  return [id.grantee, grantor, String(state.grantable)];
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

function statementsFor(
  type: GrantableType,
  same: readonly Bundle[],
  names: GroupNames,
): Statement[] {
  const [first] = same;
  if (first === undefined) return [];
  const objects = same.flatMap(({ edit }) => sqlNames(edit.fact, names)).sort();
  const rights = [...new Set(same.map(({ edit }) => edit.fact.target.owner))];
  const statements: Statement[] = [];
  for (let start = 0; start < objects.length; start += objectsPerStatement) {
    const some = objects.slice(start, start + objectsPerStatement);
    statements.push({ ...statementFor(type, first, some), rights });
  }
  return statements;
}

function sqlNames({ target }: GrantFact, names: GroupNames): readonly string[] {
  if (target.sql !== undefined) return [target.sql];
  return names.get(target.group ?? '') ?? [];
}

function statementFor(
  type: GrantableType,
  { edit, privileges }: Bundle,
  objects: readonly string[],
): Statement {
  const { id, state, target } = edit.fact;
  const what = `${privileges.join(', ')} ON ${type.keyword} ${objects.join(', ')}`;
  const grantee = granteeSql(id.grantee);
  const on = objects.length === 1 ? (objects[0] ?? '') : `${String(objects.length)} ${type.plural}`;
  if (edit.op === 'create' || (edit.op === 'alter' && state.grantable)) {
    const option = state.grantable ? ' WITH GRANT OPTION' : '';
    const why = `${id.grantee} lacks ${privileges.join(', ')} on ${on}`;
    return { text: `GRANT ${what} TO ${grantee}${option}`, why, risk: 'none' };
  }
  const option = edit.op === 'alter' ? 'GRANT OPTION FOR ' : '';
  const undeclared = edit.op === 'alter' ? 'may grant on' : 'has undeclared';
  return {
    text: `REVOKE ${option}${what} FROM ${grantee}`,
    why: `${id.grantee} ${undeclared} ${privileges.join(', ')} on ${on}`,
    risk: 'loses access',
    ...(id.grantor === target.owner ? {} : { as: id.grantor }),
  };
}
