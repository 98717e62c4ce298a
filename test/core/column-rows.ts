import type { Live } from '../../core/live.ts';
import { type Entry, objectWith, planFor, sqlFor, tableRules } from './grant-rows.ts';
import { graphOf } from './parsed.ts';
import { superuserLive } from './superuser.ts';

type Columns = Readonly<Record<string, readonly Entry[]>>;

/** Where a relation is other than table app.t, or in a group of which no rule names a table. */
interface Given {
  readonly schema?: string;
  readonly name?: string;
  readonly type?: string;
  readonly group?: string;
  readonly lost?: unknown;
}

/** A table, or another relation, with entries of its own and on its columns. */
export function tableWith(acl: readonly Entry[], columns: Columns, given: Given = {}): object[] {
  const { schema = 'app', name = 't', type = 'table', group, lost } = given;
  const sql = `${schema}.${name}`;
  const ofGroup = group === undefined ? {} : { name: null, sql: null, group };
  const relation = { type, name, acl, groupKey: group ?? null };
  return [
    objectWith(acl, { schema, name, sql, kind: `${type}_grant`, ...ofGroup }),
    ...Object.entries(columns).map(([column, entries]) => ({
      ...objectWith(entries, { kind: 'column_grant', schema, name: `"${name}"."${column}"`, sql }),
      ...{ column: `"${column}"`, relation, lost },
    })),
  ];
}

/** A rule for SELECT on a column of app.t. */
export const onColumn = (role: string, column: string, grantable = false): string =>
  `{ role: ${role}, privileges: [SELECT], with_grant_option: ${String(grantable)}, object: { type: table, schema: app, name: t, columns: [${column}] } }`;

export const withRule = (rules: string, ...more: readonly string[]): string =>
  rules.replace(/\]$/, `, ${more.join(', ')}]`).replace('[, ', '[');

/** What is planned: the statements, then the findings. */
export const planned = (
  live: Live,
  rows: readonly object[],
  absent?: readonly string[],
): string[] => [
  ...sqlFor(live, rows, absent),
  ...planFor(live, rows, absent).findings.map(({ message }) => `finding: ${message}`),
];

export const plannedBySuperuser = (rules: string, rows: readonly object[]): string[] =>
  planned(superuserLive(graphOf(rules)), rows);

export const select = (grantee: string, grantor: string, grantable = false): Entry => [
  grantee,
  grantor,
  'SELECT',
  grantable,
];

/** A policy with role ana, to which no rule grants anything. */
export const ana = tableRules(['ana']);

/** Entries of the table: SELECT for ana, and the grant option for lead, both from the owner. */
export const onTable = select('ana', 'owner');
export const option = select('lead', 'owner', true);
