import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseDocuments } from '../../core/document/document.ts';
import { verdict } from './parsed.ts';

const policy = (spec: string): string =>
  `apiVersion: pgroles.io/v1alpha1\nkind: PostgresPolicy\nmetadata: { name: shop }\nspec:\n${spec}`;
const connection = '  connection: { secretRef: { name: db } }\n';

describe('a message never repeats a password', () => {
  const canary = 'hunter2hunter2';
  test.each([
    `roles: [{ name: a, login: true, password: ${canary} }]`,
    `roles: [{ name: a, login: true, password: { secretRef: ${canary} } }]`,
    `roles: [{ name: a, login: true, password: { from_env: [${canary}] } }]`,
    policy(`  connection: { params: { host: h, dbname: d, username: u, password: [${canary}] } }`),
    policy(
      `  connection: { params: { host: h, dbname: d, username: u, password: ${canary}, x: 1 } }`,
    ),
    policy(`  connection: { secretRef: { name: "postgres://u:${canary}@h/d" } }`),
    `apiVersion: v1\nkind: Secret\nmetadata: { name: s }\ndata: { password: "${canary}!" }`,
    `apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: { password: [${canary}] }`,
    `apiVersion: v1\nkind: Secret\nmetadata: { name: s }\nstringData: ${canary}`,
    // Texts that the YAML library rejects, because it likes to quote them.
    ...[
      '*',
      '!',
      '! ',
      '&',
      '@',
      '`',
      '|',
      '>',
      '}',
      ']',
      ',',
      '- ',
      'a: ',
      '"a"',
      "'a'",
      '{a: b}',
      '"\\',
      '[',
      '!!',
      '"',
    ].map((odd) => `kind: Secret\npassword: ${odd}${canary}`),
  ])('%j', (text) => {
    const found = parseDocuments(text, 'f.yaml').flatMap((document) =>
      document.kind === 'invalid' ? [document.refusal] : [],
    );
    expect(found).not.toEqual([]);
    for (const { message, hint, details } of found)
      expect([message, hint, ...details].join('\n')).not.toContain('hunter2');
  });
});

describe('documents', () => {
  test('a Secret has its values as bytes, and stringData comes before data', () => {
    const [secret] = parseDocuments(
      'apiVersion: v1\nkind: Secret\ntype: Opaque\nmetadata: { name: db, namespace: shop, labels: { a: b } }\n' +
        `data: { a: ${Buffer.from('ä\0').toString('base64')}, b: eA== }\nstringData: { b: plain, c: "" }`,
      'f.yaml',
    );
    if (secret?.kind !== 'secret') throw new Error('not a Secret');
    expect(secret.ref).toEqual({ namespace: 'shop', name: 'db' });
    expect(Object.fromEntries(secret.data)).toEqual({
      a: Buffer.from('ä\0'),
      b: Buffer.from('plain'),
      c: Buffer.from(''),
    });
  });

  test('a policy without optional fields has every default', () => {
    const [document] = parseDocuments(policy(connection), 'f.yaml');
    if (document?.kind !== 'policy') throw new Error('not a policy');
    expect(document.ref).toEqual({ namespace: 'default', name: 'shop' });
    expect(document.spec).toEqual({
      connection: { secretRef: { name: 'db' } },
      interval: 300,
      suspend: false,
      mode: 'apply',
      reconciliation_mode: 'authoritative',
      deletion_policy: 'Retain',
    });
  });

  test('mode observe means plan', () => {
    const [document] = parseDocuments(
      policy(`${connection}  mode: observe\n  approval: manual\n`),
      'f.yaml',
    );
    expect(document).toMatchObject({ kind: 'policy', spec: { mode: 'plan' } });
  });

  test('an empty text has no documents; comments and empty documents are skipped', () => {
    expect(parseDocuments('', 'f.yaml')).toEqual([]);
    expect(parseDocuments('# only words\n---\n---\n', 'f.yaml')).toEqual([]);
  });

  test('a text that is not YAML never throws', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(Array.isArray(parseDocuments(text, 'f.yaml'))).toBe(true);
      }),
    );
  });

  test('a text that grows without end when its aliases are followed is refused at once', () => {
    const line = (name: string, of: string): string =>
      `${name}: &${name} [${Array(9).fill(of).join(',')}]\n`;
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    const lines = names.map((name, index) =>
      line(name, index === 0 ? 'x' : `*${names[index - 1] ?? ''}`),
    );
    expect(verdict(lines.join(''))).toEqual([
      'f.yaml has more than 500,000 values in one document (aliases count as often as they are used)',
    ]);
  });
});
