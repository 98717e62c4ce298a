import { describe, expect, test } from '@jest/globals';
import { parseDocuments } from '../../core/document/document.ts';
import { decodeRows } from '../../core/inspect/live-rows.ts';
import { planChanges } from '../../core/plan/plan.ts';
import { renderPlan } from '../../core/plan/render.ts';
import { superuserLive } from './superuser.ts';
import { roleRow } from './role-row.ts';

describe('a plan that only sets passwords', () => {
  const [document] = parseDocuments(
    'roles: [{ name: ana, login: true, password: { from_env: ANA } }]',
    'manifest.yaml',
  );
  if (document?.kind !== 'manifest') throw new Error('not a manifest');
  const { graph } = document;
  const row = { ...roleRow('ana'), login: true };
  const rows = decodeRows([row, { kind: 'password', role: 'ana' }]);

  test('is no drift if the stored passwords are unknown', () => {
    const live = {
      ...superuserLive(graph),
      passwordVersions: { ana: 'v2' },
      appliedPasswords: { ana: 'v1' },
    };
    const plan = planChanges(rows, live);
    expect(plan.summary.passwords_set).toBe(1);
    expect(plan.uncertain).toBe(plan.changes.length);
    const renamed = planChanges(
      decodeRows([
        { ...row, login: false },
        { kind: 'password', role: 'ana' },
      ]),
      live,
    );
    expect(renamed.uncertain).toBeLessThan(renamed.changes.length);
  });

  test('is empty if the version was applied before', () => {
    const live = {
      ...superuserLive(graph),
      passwordVersions: { ana: 'v1' },
      appliedPasswords: { ana: 'v1' },
    };
    expect(planChanges(rows, live).changes).toEqual([]);
  });

  test.each([
    ['none', 'role ana has no password'],
    ['other', 'role ana has a different password'],
    ['outdated', 'the password of ana is stored as MD5'],
  ] as const)('is drift if the stored password is %s', (stored, why) => {
    const versions = { ana: 'v1' };
    const live = {
      ...superuserLive(graph),
      passwordVersions: versions,
      appliedPasswords: versions,
      storedPasswords: new Map([['ana', stored]]),
    };
    const plan = planChanges(rows, live);
    expect(plan.uncertain).toBe(0);
    expect(renderPlan(plan, live, new Map())).toEqual([
      { text: 'ALTER ROLE "ana" PASSWORD', why, risk: 'none', affects: ['ana'], password: 'ana' },
    ]);
  });

  test('is empty if the stored password is the declared one, whatever was applied', () => {
    const live = {
      ...superuserLive(graph),
      passwordVersions: { ana: 'v2' },
      storedPasswords: new Map([['ana', 'declared' as const]]),
    };
    expect(planChanges(rows, live).changes).toEqual([]);
  });
});
