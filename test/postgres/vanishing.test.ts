import { afterEach, expect, test } from '@jest/globals';
import type pg from 'pg';
import { quoteIdentifier } from '../../core/sql.ts';
import { failureClass } from '../../core/error-codes.ts';
import { Refusal } from '../../core/refusal.ts';
import { applyPlan } from '../../postgres/apply.ts';
import { planDatabase } from '../../postgres/plan.ts';
import type { Rig } from './rig.ts';
import { intentOf, openRig, someMajors } from './rig.ts';
import { disturbances } from './disturbances.ts';

/** Of each, so that the work is the same on every machine. */
const rounds = 6;
const sessions = 2;

let rig: Rig | undefined;
afterEach(() => rig?.close());

interface Roles {
  readonly reader: string;
  readonly owner: string;
  readonly group: string;
  /** A role that is created and dropped repeatedly. */
  readonly guest: string;
  /** The same, for a retired role. */
  readonly old: string;
}

const wildcards: readonly (readonly [type: string, privilege: string])[] = [
  ['table', 'SELECT'],
  ['view', 'SELECT'],
  ['materialized_view', 'SELECT'],
  ['sequence', 'USAGE'],
  ['routine', 'EXECUTE'],
  ['type', 'USAGE'],
];

const manifest = ({ reader, owner, group, guest, old }: Roles): string => `
roles: [{ name: ${reader} }, { name: ${owner} }, { name: ${group} }, { name: ${guest} }]
schemas: [{ name: app, owner: ${owner} }, { name: other }]
coverage: database
grants:
${wildcards.map(([type, privilege]) => `  - { role: ${reader}, privileges: [${privilege}], object: { type: ${type}, schema: app, name: '*' } }`).join('\n')}
  - { role: ${guest}, privileges: [SELECT], object: { type: table, schema: other, name: '*' } }
  - { role: PUBLIC, privileges: [EXECUTE], ensure: absent, object: { type: function, schema: app, name: '*' } }
default_privileges:
  - { owner: ${owner}, schema: app, grant: [{ role: ${reader}, privileges: [SELECT], on_type: table }] }
memberships: [{ role: ${group}, members: [{ name: ${reader} }, { name: ${guest} }] }]
ownership:
${['table', 'sequence', 'routine', 'type'].map((type) => `  - { owner: ${owner}, object: { type: ${type}, schema: app, name: '*' } }`).join('\n')}
retirements: [{ role: ${old}, reassign_owned_to: ${owner}, drop_owned: true, allow_data_loss: true }]
`;

/** Creates, drops and renames until it is stopped. Errors are ignored. */
async function disturb(client: pg.Client, roles: Roles, isOver: () => boolean): Promise<void> {
  const statements = disturbances(
    [roles.reader, roles.group, roles.guest, roles.old],
    [roles.guest, roles.old],
  );
  await client.query("SET lock_timeout = '200ms'");
  while (!isOver()) await client.query(statements()).catch(() => undefined);
}

const outcomeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => {
      if (!(error instanceof Refusal)) throw error;
      const isMeant = failureClass(error.code) === 'contention' || error.code === 'DatabaseTimeout';
      return isMeant ? 'tried again' : `${error.code}: ${error.message} ${error.details.join()}`;
    },
  );

test.each(someMajors.slice(-1))(
  'on PostgreSQL %d, a diff or an apply succeeds or is retried, whatever others create, drop and rename meanwhile',
  async (major) => {
    const opened = await openRig(major);
    rig = opened;
    const named = (prefix: string): string => opened.role(prefix);
    const roles: Roles = {
      reader: named('reader'),
      owner: named('owner'),
      group: named('group'),
      guest: named('guest'),
      old: named('old'),
    };
    const { reader, owner, group } = roles;
    await opened.sql(
      `${[reader, owner, group].map((role) => `CREATE ROLE ${quoteIdentifier(role)}`).join('; ')}; CREATE SCHEMA app; CREATE SCHEMA other; CREATE EXTENSION postgres_fdw`,
    );
    const state = { isOver: false };
    const disturbers = await Promise.all(
      Array.from({ length: sessions }, async () => {
        const client = await opened.session();
        return { done: disturb(client, roles, () => state.isOver) };
      }),
    );
    const intent = intentOf(manifest(roles));
    const options = { passwords: new Map<string, string>(), lockTimeoutMs: 1_000 };
    const seen: string[] = [];
    for (let round = 0; round < rounds; round += 1) {
      seen.push(await outcomeOf(planDatabase(opened.database, intent)));
      seen.push(await outcomeOf(applyPlan(opened.database, intent, options)));
    }
    state.isOver = true;
    await Promise.all(disturbers.map(({ done }) => done));
    expect(seen.filter((outcome) => outcome !== 'done' && outcome !== 'tried again')).toEqual([]);
    expect(seen).toContain('done');
  },
  120_000,
);
