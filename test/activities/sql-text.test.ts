import { expect, test } from '@jest/globals';
import { statusSql } from '../../activities/sql-text.ts';

test('a status shows which role a statement is run as, and goes back to the connected one', () => {
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
