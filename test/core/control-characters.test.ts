import { describe, expect, test } from '@jest/globals';
import { parseDocuments } from '../../core/document/document.ts';
import { verdict } from './parsed.ts';

const policy = (spec: string): string =>
  `apiVersion: pgroles.io/v1alpha1\nkind: PostgresPolicy\nmetadata: { name: shop }\nspec:\n${spec}`;
const connection = '  connection: { secretRef: { name: db } }\n';
const unstorable =
  'contains a NUL character or half a surrogate pair, which PostgreSQL cannot store';
const controlled = (hex: string): string => `contains U+${hex}, a control character: remove it`;

describe('a document with control characters is refused', () => {
  test.each<[string, string, string]>([
    ['dbname: "shop\\0user\\0postgres"', 'dbname', unstorable],
    ['host: "db\\n"', 'host', controlled('000A')],
    ['username: "me\\r"', 'username', controlled('000D')],
    ['setRole: "a\\u2028b"', 'setRole', controlled('2028')],
    ['passwordSecret: { name: s, key: "a\\x7f" }', 'passwordSecret.key', controlled('007F')],
    ['password: "a\\0"', 'password', unstorable],
    ['"ho\\x01st": db', '["ho<U+0001>st"]', `has a name that ${controlled('0001')}`],
  ])('a connection with %s', (field, path, problem) => {
    const spec = `  connection: { params: { ${field} } }\n`;
    expect(verdict(policy(spec))).toEqual([
      `f.yaml line 5: spec.connection.params${path.startsWith('[') ? '' : '.'}${path} ${problem}`,
    ]);
  });

  test('reports every text with a control character, also in names of fields and items', () => {
    const text =
      'roles: [{ name: "a\\tb", config: { "work\\x85mem": 1 } }, { name: "\\u202eabc" }]';
    expect(verdict(text)).toEqual([
      `f.yaml line 1: roles[0].name ${controlled('0009')}`,
      `f.yaml line 1: roles[0].config["work<U+0085>mem"] has a name that ${controlled('0085')}`,
      `f.yaml line 1: roles[1].name ${controlled('202E')}`,
    ]);
  });

  test('does not repeat an invalid name of a policy', () => {
    const [document] = parseDocuments(policy(connection).replace('shop', '"a\\nb"'), 'f.yaml');
    expect(document).toMatchObject({ kind: 'invalid', ref: undefined });
  });
});

test('a comment can have several lines, a password any character; metadata and status are not read', () => {
  const text = `apiVersion: pgroles.io/v1alpha1
kind: PostgresPolicy
metadata: { name: shop, annotations: { last-applied: "{}\\n" } }
spec:
  connection: { params: { host: h, dbname: d, username: u, password: "a\\tb\\n\\u202e" } }
  roles: [{ name: a, comment: "one\\n\\ttwo" }]
status: { last_error: "one\\ntwo" }`;
  expect(verdict(text)).toEqual(['policy']);
});
