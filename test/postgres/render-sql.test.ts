import { expect, test } from '@jest/globals';
import type { Statement } from '../../core/statement.ts';
import { commented, redactedSql, sentTexts } from '../../postgres/render-sql.ts';

const statement = (text: string, more: Partial<Statement> = {}): Statement => ({
  text,
  why: '',
  risk: 'none',
  affects: [],
  ...more,
});

const server = { user: 'postgres', database: 'shop' };

test('a script sets no password, and psql can run it', () => {
  const statements = [
    statement('CREATE ROLE "ana" LOGIN'),
    statement('ALTER ROLE "ana" PASSWORD', { password: 'ana' }),
    statement('REVOKE SELECT ON TABLE app.t FROM "ana"', { as: 'a"lead' }),
    statement('REVOKE SELECT ON TABLE app.u FROM "ana"', { as: 'postgres' }),
  ];
  expect(redactedSql(statements, server)).toBe(`CREATE ROLE "ana" LOGIN;
-- ALTER ROLE "ana" PASSWORD '[REDACTED]';
SET LOCAL ROLE "a""lead";
REVOKE SELECT ON TABLE app.t FROM "ana";
SET LOCAL ROLE "postgres";
REVOKE SELECT ON TABLE app.u FROM "ana";
`);
});

test('a sent statement has the verifier of its role, as a literal', () => {
  const statements = ['ana', 'ben'].map((role) =>
    statement('ALTER ROLE PASSWORD', { password: role }),
  );
  const verifiers = new Map(['ana', 'ben'].map((role) => [role, `it's of ${role}`]));
  expect(sentTexts(statements, 'postgres', verifiers)).toEqual([
    "ALTER ROLE PASSWORD 'it''s of ana'",
    "ALTER ROLE PASSWORD 'it''s of ben'",
  ]);
  expect(() => sentTexts(statements, 'postgres', new Map())).toThrow(RangeError);
});

test('no name can end a comment', () => {
  const text = commented('role a\nDROP ROLE b;\rDROP ROLE c;\r\n\nDROP ROLE d;\u2028\\! id\n');
  expect(text.split(/[\n\r\u2028]/).filter((line) => line !== '')).toEqual([
    '-- role a',
    '-- DROP ROLE b;',
    '-- DROP ROLE c;',
    '-- DROP ROLE d;',
    '-- \\! id',
  ]);
});

test('an empty plan is an empty script', () => {
  expect(redactedSql([], server)).toBe('');
});

test('statements for another database follow a connect command, which no name of a database can break', () => {
  const ahead = (database: string) => ({ ahead: { stage: 'clean', database } }) as const;
  const statements = [
    statement('ALTER ROLE "ana" NOLOGIN'),
    statement('DROP OWNED BY "ana"', ahead('other')),
    statement('DROP OWNED BY "ana"', ahead(`it's "b"\n\\! ls host=x`)),
    statement('DROP ROLE "ana"'),
  ];
  expect(redactedSql(statements, server)).toBe(`ALTER ROLE "ana" NOLOGIN;
\\connect "other"
DROP OWNED BY "ana";
\\connect -reuse-previous=on "postgresql:///it%27s%20%22b%22%0A%5C!%20ls%20host%3Dx"
DROP OWNED BY "ana";
\\connect "shop"
DROP ROLE "ana";
`);
});
