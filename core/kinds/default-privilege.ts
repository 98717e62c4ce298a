import { z } from 'zod';
import type { DefaultPrivilegeSpec } from '../graph.ts';
import type { Edit, Effect, Fact, ObjectKind, Statement } from '../kind.ts';
import { quoteIdentifier } from '../sql.ts';
import { defaultTypes } from './grantable.ts';

/** One privilege a grantee gets on objects that an owner creates in a schema later. */
export interface DefaultPrivilegeFact extends Fact {
  readonly kind: 'default_privilege';
  readonly id: {
    readonly owner: string;
    readonly schema: string;
    readonly onType: string;
    readonly grantee: string;
    readonly privilege: string;
  };
  readonly state: { readonly grantable: boolean };
}

const row = z.object({
  owner: z.string(),
  schema: z.string(),
  letter: z.string(),
  grantee: z.string(),
  privilege: z.string(),
  grantable: z.boolean(),
});
type Row = z.infer<typeof row>;

export const defaultPrivilege: ObjectKind<DefaultPrivilegeFact, Row> = {
  name: 'default_privilege',
  inspect: {
    sql: () => `
    SELECT jsonb_build_object(
             'kind', 'default_privilege', 'owner', pg_catalog.pg_get_userbyid(d.defaclrole), 'schema', s.name,
             'letter', d.defaclobjtype, 'grantee', r.name, 'privilege', a.privilege_type,
             'grantable', a.is_grantable)
      FROM pg_catalog.pg_default_acl d
      JOIN scope_schema s ON s.oid = d.defaclnamespace
     CROSS JOIN LATERAL pg_catalog.aclexplode(d.defaclacl) a
      JOIN scope_role r ON r.oid = a.grantee`,
  },
  decode: (value) => row.parse(value),
  observed: (rows) => rows.flatMap(observedFact),
  desired: (_rows, { graph }) => graph.defaultPrivileges.flatMap(desiredFacts),
  key: ({ owner, schema, onType, grantee, privilege }) =>
    [owner, schema, onType, grantee, privilege].join('\0'),
  needs: ({ id }) => [
    { kind: 'role', key: id.owner },
    { kind: 'role', key: id.grantee },
    { kind: 'retirement', key: id.grantee },
    { kind: 'retirement', key: id.owner },
    { kind: 'schema', key: id.schema },
  ],
  governs: ({ id }, { managed }) => managed.has(id.grantee),
  effect: defaultPrivilegeEffect,
  render: renderDefaultPrivileges,
  explain: ({ op, fact: { id } }) =>
    `${id.privilege} on ${id.onType}s that ${id.owner} creates in schema ${id.schema} is ${op === 'drop' ? 'no longer granted' : 'granted'} to ${id.grantee}`,
  counts: (edit) => [
    {
      as:
        defaultPrivilegeEffect(edit) === 'removes'
          ? 'default_privileges_revoked'
          : 'default_privileges_set',
      once: edgeOf(edit),
    },
  ],
};

function observedFact({ letter, grantable, ...id }: Row): DefaultPrivilegeFact[] {
  const type = defaultTypes.find(({ defaults }) => defaults.letter === letter);
  if (type === undefined) return [];
  const { owner, schema, grantee, privilege } = id;
  return [
    {
      kind: 'default_privilege',
      id: { owner, schema, onType: type.type, grantee, privilege },
      state: { grantable },
    },
  ];
}

function desiredFacts(spec: DefaultPrivilegeSpec): DefaultPrivilegeFact[] {
  const { owner, schema = '', onType, grantee, privileges, grantable } = spec;
  return privileges.map((privilege) => ({
    kind: 'default_privilege',
    id: { owner, schema, onType, grantee, privilege },
    state: { grantable },
  }));
}

function defaultPrivilegeEffect(edit: Edit<DefaultPrivilegeFact>): Effect {
  if (edit.op === 'alter') return edit.fact.state.grantable ? 'adds' : 'removes';
  return edit.op === 'create' ? 'adds' : 'removes';
}

function edgeOf({ fact: { id } }: Edit<DefaultPrivilegeFact>): string {
  return [id.owner, id.schema, id.onType, id.grantee].join('\0');
}

function renderDefaultPrivileges(edits: readonly Edit<DefaultPrivilegeFact>[]): Statement[] {
  const edges = new Map<string, Edit<DefaultPrivilegeFact>[]>();
  for (const edit of edits) {
    const key = `${edgeOf(edit)}\0${edit.op}\0${String(edit.fact.state.grantable)}`;
    edges.set(key, [...(edges.get(key) ?? []), edit]);
  }
  return [...edges.values()].map(renderEdge);
}

function renderEdge(edits: readonly Edit<DefaultPrivilegeFact>[]): Statement {
  const [edit] = edits;
  if (edit === undefined) throw new RangeError('an edge without edits');
  const { owner, schema, onType, grantee } = edit.fact.id;
  const keyword = defaultTypes.find(({ type }) => type === onType)?.defaults.keyword ?? '';
  const privileges = edits
    .map(({ fact }) => fact.id.privilege)
    .sort()
    .join(', ');
  const head = `ALTER DEFAULT PRIVILEGES FOR ROLE ${quoteIdentifier(owner)} IN SCHEMA ${quoteIdentifier(schema)}`;
  const objects = `${onType}s that ${owner} creates in ${schema}`;
  if (defaultPrivilegeEffect(edit) === 'adds') {
    const option = edit.fact.state.grantable ? ' WITH GRANT OPTION' : '';
    const text = `${head} GRANT ${privileges} ON ${keyword} TO ${quoteIdentifier(grantee)}${option}`;
    return {
      text,
      why: `${grantee} lacks ${privileges} on ${objects}`,
      risk: 'none',
      rights: [owner],
    };
  }
  const option = edit.op === 'alter' ? 'GRANT OPTION FOR ' : '';
  return {
    text: `${head} REVOKE ${option}${privileges} ON ${keyword} FROM ${quoteIdentifier(grantee)}`,
    why: `${grantee} has undeclared ${privileges} on ${objects}`,
    risk: 'loses access',
    rights: [owner],
  };
}
