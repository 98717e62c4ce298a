import type { ObjectKind } from '../../kind.ts';
import type { Edit } from '../../fact.ts';
import { renderedOp } from '../grant/fact.ts';
import {
  type DefaultAcl,
  type DefaultPrivilegeFact,
  defaultAcl,
  defaultKey,
  defaultPrivilegeEffect,
  edgeOf,
  objectsOf,
} from './fact.ts';
import {
  declaredDefaults,
  defaultsAllTheSame,
  observedDefaults,
  unsupportedDefaults,
} from './rules.ts';
import { defaultPrivilegeQuery, renderDefaultPrivileges } from './sql.ts';

export const defaultPrivilege: ObjectKind<
  DefaultPrivilegeFact,
  DefaultAcl,
  'default_privileges_set' | 'default_privileges_revoked'
> = {
  name: 'default_privilege',
  inspect: defaultPrivilegeQuery,
  decode: (value) => defaultAcl.parse(value),
  observed: observedDefaults,
  desired: (_rows, { graph }) => declaredDefaults(graph),
  unsupported: (_rows, live) => unsupportedDefaults(live),
  findings: defaultsAllTheSame,
  key: defaultKey,
  needs: ({ id }) => [
    { kind: 'role', key: id.owner },
    { kind: 'role', key: id.grantee },
    { kind: 'retirement', key: id.grantee },
    { kind: 'retirement', key: id.owner },
    ...(id.schema === undefined ? [] : [{ kind: 'schema', key: id.schema }]),
  ],
  governs: ({ judged }) => judged,
  effect: defaultPrivilegeEffect,
  takes: ({ fact }) => [{ role: fact.id.owner, right: 'privileges' }],
  holder: ({ id }) => id.grantee,
  renderedAs: renderedOp,
  render: renderDefaultPrivileges,
  explain: explainDefault,
  summary: {
    default_privileges_set: { place: 100, line: ['+', 'default privilege'] },
    default_privileges_revoked: { place: 110, line: ['-', 'default privilege'] },
  },
  counts: (edit) => [
    {
      as:
        defaultPrivilegeEffect(edit) === 'removes'
          ? 'default_privileges_revoked'
          : 'default_privileges_set',
      once: edgeOf(edit.fact),
    },
  ],
};

function explainDefault({ op, fact: { id, cleared } }: Edit<DefaultPrivilegeFact>): string {
  if (cleared !== undefined) return `no further privileges are granted on ${objectsOf(id)}`;
  return `${id.privilege} on ${objectsOf(id)} is ${op === 'drop' ? 'no longer granted' : 'granted'} to ${id.grantee}`;
}
