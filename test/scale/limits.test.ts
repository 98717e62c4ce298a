import { describe, expect, jest, test } from '@jest/globals';
import { LineCounter, Parser } from 'yaml';
import { parseBounds, rulesFor } from '../../core/bounds/parse.ts';
import { parseDocuments } from '../../core/document/document.ts';
import { composeDocuments } from '../../core/document/yaml-documents.ts';
import { readPolicyResource } from '../../core/document/resource.ts';
import { finished } from '../../core/parts.ts';
import { planChanges } from '../../core/plan/plan.ts';
import { many } from './growing-manifests.ts';
import { worldOf } from './growing-worlds.ts';
import { graphOf } from '../core/parsed.ts';

const table = { type: 'table', schema: 's', name: 't' };
const select = { privileges: ['SELECT'], object: { type: 'table', name: '*' } };

const schemas = (count: number, profiles: string[] = []) =>
  many(count, (index) => ({ name: `s${String(index)}`, profiles }));

/** The code and the count with which a manifest is refused. */
function refusal(manifest: object): string[] {
  return parseDocuments(JSON.stringify(manifest), 'f.yaml').map((document) =>
    document.kind === 'invalid'
      ? `${document.refusal.code}: ${document.refusal.message}`
      : document.kind,
  );
}

describe('a policy is refused as too large, with the count and the limit, when it has', () => {
  test('10 profiles of 170 grants in 1,600 schemas', () => {
    const names = many(10, (index) => `p${String(index)}`);
    const profile = { grants: many(170, () => select) };
    const profiles = Object.fromEntries(names.map((name) => [name, profile]));
    expect(refusal({ profiles, schemas: schemas(1_600, names) })).toEqual([
      'PolicyTooLarge: f.yaml line 1 has 2,720,000 grants (a profile counts once for each schema that binds it, and each column by itself); the limit is 100,000',
    ]);
  });

  const grants = (count: number, grant: object) => ({ grants: many(count, () => grant) });
  const columns = many(1_000, (index) => `c${String(index)}`);
  const bound = (profile: object, count: number) => ({
    profiles: { p: profile },
    schemas: schemas(count, ['p']),
  });

  test.each<[string, object, string]>([
    [
      'many columns',
      grants(101, { role: 'r', privileges: ['SELECT'], object: { ...table, columns } }),
      '101,000 grants',
    ],
    [
      'many privileges',
      grants(30, { role: 'r', privileges: many(8_400, () => 'SELECT'), object: table }),
      '252,000 privileges',
    ],
    ['many schemas', { schemas: schemas(10_001) }, '10,001 schemas'],
    [
      'many generated roles',
      { ...bound({}, 9_000), roles: many(17_000, (index) => ({ name: `r${String(index)}` })) },
      '26,000 roles',
    ],
    [
      'many members',
      {
        memberships: [
          { role: 'g', members: many(25_001, (index) => ({ name: `m${String(index)}` })) },
        ],
      },
      '25,001 memberships',
    ],
    [
      'many owners of default privileges',
      {
        default_privileges: [
          {
            schema: 's',
            owners: many(5_001, (index) => `o${String(index)}`),
            grant: many(10, () => ({ role: 'r', privileges: ['SELECT'], on_type: 'table' })),
          },
        ],
      },
      '50,010 default privileges',
    ],
    [
      'many settings',
      bound(
        { config: Object.fromEntries(many(100, (index) => [`a.b${String(index)}`, 1])) },
        1_001,
      ),
      '100,100 settings',
    ],
    [
      'a long setting in many schemas',
      bound({ config: { search_path: 'x'.repeat(3_000) } }, 1_000),
      '24,088,000 bytes',
    ],
    [
      'a long setting that grows with the name of its profile',
      {
        profiles: { ['p'.repeat(80_000)]: { config: { search_path: '{profile}'.repeat(100) } } },
        schemas: schemas(2, ['p'.repeat(80_000)]),
      },
      '18,220,000 bytes of settings',
    ],
    [
      'a long role pattern',
      { ...bound({}, 1_000), role_pattern: '{profile}'.repeat(1_000) },
      '72,000,000 bytes of settings',
    ],
    [
      'many owned objects',
      { ownership: many(25_001, () => ({ owner: 'r', object: table })) },
      '25,001 entries',
    ],
    [
      'many retirements',
      { retirements: many(1_001, (index) => ({ role: `r${String(index)}` })) },
      '1,001 retirements',
    ],
  ])('%s', (_what, manifest, count) => {
    expect(refusal(manifest)).toEqual([
      expect.stringMatching(`^PolicyTooLarge: f.yaml line 1 has ${count}`),
    ]);
  });
});

test('5,000 schemas with two profiles and 20,000 grants are not too large', () => {
  const profile = { grants: many(4, () => select) };
  expect(
    refusal({ profiles: { a: profile, b: profile }, schemas: schemas(5_000, ['a', 'b']) }),
  ).toEqual(['manifest']);
  const privileges = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
  const grants = many(20_000, () => ({ role: 'r', privileges, object: table }));
  expect(refusal({ schemas: schemas(1), grants })).toEqual(['manifest']);
});

test('a policy that is too large keeps its name, so that it fails and does not count as deleted', () => {
  const policy = (roles: object[]) => ({
    apiVersion: 'pgroles.io/v1alpha1',
    kind: 'PostgresPolicy',
    metadata: { name: 'large', namespace: 'shop' },
    spec: { connection: { secretRef: { name: 'db' } }, roles },
  });
  const large = policy(many(25_001, (index) => ({ name: `r${String(index)}` })));
  const [file] = parseDocuments(JSON.stringify(large), 'f.yaml');
  const ref = { namespace: 'shop', name: 'large' };
  expect(file).toMatchObject({ kind: 'invalid', ref, refusal: { code: 'PolicyTooLarge' } });
  expect(readPolicyResource(large)).toMatchObject({
    kind: 'invalid',
    ref,
    refusal: {
      code: 'PolicyTooLarge',
      message:
        'PostgresPolicy shop/large has 25,001 roles (declared and generated); the limit is 25,000',
      hint: 'Split the policy by role: let each policy declare some of the roles.',
    },
  });
});

describe('a file is refused before it is parsed, and the documents before the fault are kept, when it has', () => {
  const good = 'roles: [{ name: a }]\n---\n';

  test.each([
    ['4,000 lists in each other', `${'['.repeat(2_000)}${']'.repeat(2_000)}`, '64 levels'],
    ['lists on one line', '- '.repeat(2_000), '64 levels'],
    ['maps that do not end', '{ a: '.repeat(100_000), '64 levels'],
    [
      'maps below each other',
      many(200, (index) => `${' '.repeat(index)}a:\n`).join(''),
      '64 levels',
    ],
  ])('%s', (_what, text, limit) => {
    const found = parseDocuments(good + text, 'f.yaml');
    expect(found.map(({ kind }) => kind)).toEqual(['manifest', 'invalid']);
    expect(found[1]).toMatchObject({
      refusal: {
        code: 'PolicyTooLarge',
        message: expect.stringContaining(`has more than ${limit}`),
      },
    });
  });

  test('too many documents or bytes', () => {
    const documents = parseDocuments(good.repeat(5_001), 'f.yaml');
    expect(documents).toHaveLength(5_001);
    expect(documents.at(-1)).toMatchObject({
      kind: 'invalid',
      refusal: { message: 'f.yaml has more than 5,000 documents in one file' },
    });
    const [long] = parseDocuments(`# ${'ü'.repeat(2_100_000)}`, 'f.yaml');
    expect(long).toMatchObject({
      refusal: { message: 'f.yaml has more than 4,194,304 bytes in one file' },
    });
  });
});

describe('broken YAML of a megabyte', () => {
  const named = 'kind: PostgresPolicy\nmetadata: { name: shop }\nspec: x\n';

  test.each([
    ['closing brackets', ']'.repeat(1_000_000)],
    ['ends of maps on lines of their own', '}\n'.repeat(500_000)],
  ])('%s: reading ends after 1,000 errors, and the policy keeps its name', (_what, text) => {
    const lexed = jest.spyOn(Parser.prototype, 'next');
    const found = parseDocuments(named + text, 'f.yaml');
    expect(lexed.mock.calls.length).toBeLessThan(5_000);
    lexed.mockRestore();
    expect(found).toMatchObject([
      { kind: 'invalid', ref: { name: 'shop' }, refusal: { code: 'InvalidSpec' } },
      {
        kind: 'invalid',
        refusal: { message: 'f.yaml has more than 1,000 YAML errors in one file' },
      },
    ]);
  });

  test.each([
    ['commas without values', `[${',,'.repeat(50_000)}]`],
    ['unknown escapes', `"${'\\q'.repeat(50_000)}"`],
    ['unknown directives', `${'%x\n'.repeat(20_000)}--- a`],
    ['maps on the line of another', '- a: b: c\n'.repeat(10_000)],
  ])('%s: the first errors are kept, and no others', (_what, text) => {
    const { documents } = finished(composeDocuments(`${text}\n...\n${text}`, new LineCounter()));
    const counts = documents.map(({ errors, warnings }) => errors.length + warnings.length);
    expect(counts.length).toBeGreaterThan(1);
    for (const count of counts) {
      expect(count).toBeGreaterThan(0);
      expect(count).toBeLessThan(20);
    }
  });
});

test('nested aliases of lists are refused as too deep', () => {
  const lists = many(
    10,
    (index) =>
      `- &a${String(index)} ${'['.repeat(10)}${index === 0 ? 'x' : `*a${String(index - 1)}`}${']'.repeat(10)}\n`,
  );
  const [document] = parseDocuments(lists.join(''), 'f.yaml');
  expect(document).toMatchObject({
    refusal: { message: 'f.yaml has more than 64 levels of nested lists and maps' },
  });
});

test('a document of anchors and aliases is refused from 1,001 on', () => {
  const text = `${many(500, (index) => `- &a${String(index)} x\n`).join('')}${'- *a0\n'.repeat(501)}`;
  expect(parseDocuments(text, 'f.yaml')).toMatchObject([
    {
      refusal: {
        message: 'f.yaml has 1,001 YAML anchors and aliases in one document; the limit is 1,000',
      },
    },
  ]);
});

test('of very many mistakes the first hundred are reported, with their number', () => {
  const unknown = Object.fromEntries(many(5_000, (index) => [`x${String(index)}`, 1]));
  const [document] = parseDocuments(JSON.stringify(unknown), 'f.yaml');
  if (document?.kind !== 'invalid') throw new Error('it is valid');
  expect(document.refusal.message).toContain('(and 4999 more)');
  expect(document.refusal.details).toHaveLength(101);
  expect(document.refusal.details.at(-1)).toBe('and 4900 more problems');
});

test('a wildcard for many roles in a schema of many named tables is refused before it is expanded', () => {
  const all = { type: 'table', schema: 's', name: '*' };
  const manifest = {
    grants: [
      ...many(1_001, (index) => ({
        role: `r${String(index)}`,
        privileges: ['SELECT'],
        object: all,
      })),
      ...many(1_000, (index) => ({
        role: 'r0',
        privileges: ['INSERT'],
        object: { ...all, name: `t${String(index)}` },
      })),
    ],
  };
  const { live, rows } = worldOf(graphOf(JSON.stringify(manifest)), 'authoritative', true);
  expect(() => planChanges(rows, live)).toThrow(
    'the policy has more than 1,000,000 privileges on the objects of one type that its wildcards and names match (alike objects count once)',
  );
});

test('a file with too many rules of bounds blocks every namespace, because its rules are unknown', () => {
  const rules = many(5_001, (index) => ({ name: `r${String(index)}`, namespaces: ['a'] }));
  expect(() => rulesFor(parseBounds(JSON.stringify(rules), 'b.yaml'), 'shop')).toThrow(
    'b.yaml: has 5001 rules in one file of bounds, more than 5000',
  );
});
