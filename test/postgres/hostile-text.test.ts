import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { parseDocuments } from '../../core/document/document.ts';
import { manifestSchema } from '../../core/manifest.ts';
import type { RoleGraph } from '../../core/graph.ts';
import { Refusal } from '../../core/refusal.ts';
import type { PostgresMajor } from '../../embedded/postgres-binaries.ts';
import { applyPlan } from '../../postgres/apply.ts';
import type { Intent } from '../../postgres/contract.ts';
import { openDatabase } from '../../postgres/pool.ts';
import { targetFromUrl } from '../../core/connection/target-from-url.ts';
import type { HostileGround } from './hostile-ground.ts';
import { openHostileGround } from './hostile-ground.ts';
import type { Renamed } from './hostile-manifest.ts';
import { manifest, setupSql } from './hostile-manifest.ts';
import { someMajors } from './rig.ts';
import { placesOf, replacedAt, replacedEverywhere, stringFields, textAt } from './string-fields.ts';

/** Three texts of each class. All are short enough for a name, except the last of the first class. */
const classes = {
  'ends a name': [
    `"; DROP TABLE canary.alive; --`,
    `\\"; ALTER ROLE evil SUPERUSER; --`,
    `${'a'.repeat(60)}"; DROP TABLE canary.alive; --`,
  ],
  'ends a literal': [
    `'; DROP TABLE canary.alive; --`,
    `\\'; DROP TABLE canary.alive; --`,
    `evil', 'evil`,
  ],
  'ends a block': [
    `$$; DROP TABLE canary.alive; $$`,
    `*/ DROP TABLE canary.alive /*`,
    `\n\\.\n;DROP TABLE canary.alive;\n`,
  ],
  'ends a signature': [
    `f(int) TO evil WITH GRANT OPTION --)`,
    `f(integer); GRANT boss TO evil --)`,
    `f("integer") TO evil; --", int)`,
  ],
  'is several names, or a special one': [`evil", "evil`, `evil, evil`, 'PUBLIC'],
  'is changed before it is used': [
    `%s %I $1 {profile}`,
    `U&"\\0022" 🐘 é \u202e`,
    `NUL \0; DROP TABLE canary.alive; --`,
  ],
};

const hostile = Object.values(classes).flat();

/** A manifest that contains it is always refused. */
const refusedAnyhow = 'profiles.{}.default_privileges.[].role';

const fields = stringFields(manifestSchema).filter((field) => field !== refusedAnyhow);

test('the manifest of these tests has text in every text field', () => {
  expect(fields.filter((field) => placesOf(manifest, field).length === 0)).toEqual([]);
});

describe.each(someMajors)('hostile text on PostgreSQL %d', (major) => {
  let ground: HostileGround;
  beforeAll(async () => {
    ground = await openHostileGround(major);
  });
  afterAll(() => ground.close());

  test('the manifest of these tests can be applied', async () => {
    expect(await outcome(ground, manifest)).toBe('applied');
  });

  /** The things have these names in the database too, so that every statement runs with them. */
  test.each(hostile.filter((text) => Buffer.byteLength(text) < 60))(
    '%j in every field that accepts it is applied, and has no other effect',
    async (text) => {
      const names = new Map(
        textsTaking(text).map((from, index) => [from, `${text}${String(index)}`]),
      );
      const renamed = [...names].reduce<unknown>(
        (document, [from, to]) => replacedEverywhere(document, from, to),
        manifest,
      );
      expect(await outcome(ground, renamed, (name) => names.get(name) ?? name)).toBe('applied');
    },
  );

  /** Only one place has the text, so that it usually names something that does not exist. */
  test.each(fields)(
    'hostile text in %s alone has no other effect',
    async (field) => {
      const [place = []] = placesOf(manifest, field);
      for (const text of textsOn(major, field))
        await outcome(ground, replacedAt(manifest, place, text));
    },
    300_000,
  );
});

/**
 * A text of every class is in every field alone on one of the versions, and every text in every third field. The test
 * before has each text in all fields at once.
 */
function textsOn(major: PostgresMajor, field: string): string[] {
  const turn = fields.indexOf(field);
  return Object.values(classes).flatMap((texts, index) =>
    (index + turn + someMajors.indexOf(major)) % someMajors.length === 0
      ? texts.filter((_, each) => (each + turn + index) % texts.length === 0)
      : [],
  );
}

/**
 * Texts of the manifest that this text can replace without a refusal. The name of the database stays, and so do
 * parameters, because the server must know them.
 */
function textsTaking(text: string): string[] {
  const texts = fields
    .filter((field) => !field.endsWith('config.{key}'))
    .flatMap((field) => placesOf(manifest, field).map((place) => textAt(manifest, place)));
  return [...new Set(texts)]
    .filter((from) => from !== 'corpus')
    .filter((from) => graphOf(replacedEverywhere(manifest, from, `${text}99`)) !== undefined)
    .sort();
}

function graphOf(document: unknown): RoleGraph | undefined {
  const [parsed] = parseDocuments(stringify(document), 'manifest.yaml');
  return parsed?.kind === 'manifest' ? parsed.graph : undefined;
}

/** Applies it and checks that it has no other effect. Returns the reason of a refusal. */
async function outcome(
  ground: HostileGround,
  document: unknown,
  renamed: Renamed = (name) => name,
): Promise<string> {
  const graph = graphOf(document);
  if (graph === undefined) return 'refused before there is a connection';
  if (document !== manifest && isDeepStrictEqual(graph, graphOf(manifest))) return 'says the same';
  const { result, before, after } = await ground.stand(setupSql(renamed), (url) =>
    apply(url, graph),
  );
  const intended = intendedBy(graph);
  expect(after.filter((line) => !before.includes(line) && !intended.gains(line))).toEqual([]);
  expect(before.filter((line) => !after.includes(line) && !intended.loses(line))).toEqual([]);
  return result;
}

async function apply(url: string, graph: RoleGraph): Promise<string> {
  const roles = graph.roles.flatMap(({ name, password }) => (password === undefined ? [] : [name]));
  const intent: Intent = {
    graph,
    mode: 'authoritative',
    passwordVersions: Object.fromEntries(roles.map((role) => [role, 'v1'])),
    appliedPasswords: {},
  };
  const database = openDatabase(targetFromUrl(url));
  try {
    await applyPlan(database, intent, { passwords: new Map(roles.map((role) => [role, 'x'])) });
    return 'applied';
  } catch (error) {
    if (error instanceof Refusal) return `${error.code}: ${error.message}`;
    throw error;
  } finally {
    await database.close();
  }
}

interface State {
  readonly what: string;
  readonly name: string;
  readonly role: string;
}

/** Changes that the manifest may make, by the names in it. */
function intendedBy(graph: RoleGraph): Record<'gains' | 'loses', (line: string) => boolean> {
  const retired = new Set(graph.retirements.map(({ role }) => role));
  const roles = new Set([
    ...graph.roles.map(({ name }) => name),
    ...graph.grants.map(({ role }) => role),
    ...graph.defaultPrivileges.flatMap(({ owner, grantee }) => [owner, grantee]),
    ...graph.memberships.flatMap(({ role, member }) => [role, member]),
    ...graph.ownerships.map(({ owner }) => owner),
    ...graph.schemas.flatMap(({ owner }) => owner ?? []),
    ...graph.retirements.flatMap(({ reassignOwnedTo }) => reassignOwnedTo ?? []),
  ]);
  const schemas = new Set(graph.schemas.map(({ name }) => name));
  const names = (line: string, known: (state: State) => boolean): boolean =>
    known(JSON.parse(line) as State);
  return {
    gains: (line) =>
      names(line, ({ what, name, role }) => {
        if (what === 'schema') return schemas.has(name);
        return ['role', 'member', 'grant', 'owned', 'setting'].includes(what) && roles.has(role);
      }),
    loses: (line) =>
      names(line, ({ what, role }) => what === 'owned' || (what === 'role' && retired.has(role))),
  };
}
