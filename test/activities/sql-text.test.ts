import { expect, test } from '@jest/globals';
import { statusSql } from '../../activities/sql-text.ts';

test('a status shows the role of each statement, and the return to the connected role', () => {
  const statement = {
    text: 'REVOKE SELECT ON TABLE app.t FROM "ana"',
    why: '',
    risk: 'none',
    affects: [],
    as: 'lead',
  } as const;
  expect(statusSql([statement], { user: 'manager', database: 'shop' })).toBe(
    'SET LOCAL ROLE "lead";\nREVOKE SELECT ON TABLE app.t FROM "ana";\nSET LOCAL ROLE "manager";\n',
  );
});

test('a status shows the earlier steps too, and the return to the database of the policy', () => {
  const server = { user: 'manager', database: 'shop' };
  const said = { why: '', risk: 'none', affects: [] } as const;
  const elsewhere = {
    text: 'DROP OWNED BY "legacy"',
    ...said,
    ahead: { stage: 'clean', database: 'other' },
  } as const;
  const taken = statusSql([elsewhere], server);
  const all = '\\connect "other"\nDROP OWNED BY "legacy";\n\\connect "shop"\nDROP ROLE "legacy";\n';
  expect(statusSql([{ text: 'DROP ROLE "legacy"', ...said }], server, taken)).toBe(all);

  const long = statusSql([{ text: `-- ${'x'.repeat(9_000)}\nSELECT 1`, ...said }], server);
  const cut = statusSql([{ text: `SELECT '${'y'.repeat(9_000)}'`, ...said }], server, long);
  expect(cut).toBe(`${long}-- truncated for status --\n`);
  expect(statusSql([elsewhere], server, cut)).toBe(cut);
});
