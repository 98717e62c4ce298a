import { describe, expect, test } from '@jest/globals';
import { readFile, readdir } from 'node:fs/promises';
import type { Means } from '../../core/authorized.ts';
import { type Connected, standingsOf } from '../../core/authority/means.ts';
import { decodeRows } from '../../core/inspect/live-rows.ts';
import type { RoleRights } from '../../core/live.ts';
import { checkPlan } from '../../core/plan/checks.ts';
import { planChanges } from '../../core/plan/plan.ts';
import { graphOf } from './parsed.ts';
import { roleRow } from './role-row.ts';
import { superuserLive, emptyGraph } from './superuser.ts';

const { server } = superuserLive(emptyGraph);
const manager = { ...server, user: 'manager', login: 'manager', superuser: false };
const none: RoleRights = {
  ...superuserLive(emptyGraph).rights,
  usable: [],
  inherited: [],
  settable: [],
  grantable: [],
  selfGranted: [],
};

function connected(rights: Partial<RoleRights>, major = 18): Connected {
  return { server: { ...manager, major }, rights: { ...none, ...rights } };
}

const selfGranted = [{ role: 'owner', inherit: false, set: true }];

describe('the connected role', () => {
  test.each<[string, Connected, Means | undefined, Means | undefined]>([
    ['that has nothing to do with it', connected({}), undefined, undefined],
    ['that is a superuser', { server, rights: none }, 'own', 'own'],
    ['that is its member', connected({ usable: ['owner'] }), 'held', 'held'],
    [
      'that inherits it and may not become it',
      connected({ inherited: ['owner'] }),
      'held',
      undefined,
    ],
    ['that may only become it', connected({ settable: ['owner'] }), 'taken on', 'held'],
    ['that may grant it', connected({ grantable: ['owner'] }), 'lent', 'lent'],
    [
      'that may grant it, and become it already',
      connected({ grantable: ['owner'], settable: ['owner'], selfGranted }),
      'lent',
      'held',
    ],
    [
      'that, before 16, is a member without inheriting, and could not improve on it',
      connected({ grantable: ['owner'], settable: ['owner'], selfGranted }, 15),
      'taken on',
      'held',
    ],
  ])('%s', (_who, who, actsAs, becomes) => {
    const standing = standingsOf(who, new Set())('owner');
    expect([standing.acts, standing.becomes]).toEqual([actsAs, becomes]);
  });

  test('can grant itself the role that it creates, and can act as itself without a grant', () => {
    const standings = standingsOf(connected({}), new Set(['fresh']));
    expect(standings('fresh').acts).toBe('lent');
    expect(standings('manager').becomes).toBe('own');
  });
});

describe('lacking rights are reported with the statement that would grant them', () => {
  const given = planOf('roles: [{ name: heir }]\nschemas: [{ name: app, owner: heir }]', [
    { kind: 'schema', name: 'app', owner: 'owner' },
  ]);

  test.each([
    [connected({}), 'run GRANT "owner" TO "manager"'],
    [connected({ settable: ['owner'] }), 'run GRANT "owner" TO "manager" WITH INHERIT TRUE'],
    [connected({ settable: ['owner'] }, 15), 'run ALTER ROLE "manager" INHERIT'],
  ])('%j', (who, remedy) => {
    const rights = { ...who.rights, attributes: ['CREATEROLE'] };
    const live = { ...given.live, ...who, rights };
    const plan = planChanges(given.rows, live);
    expect(() => {
      checkPlan(plan, live);
    }).toThrow(
      expect.objectContaining({
        hint: `Connect as another role, or do this as an administrator: ${remedy}.`,
      }),
    );
  });
});

describe('authority', () => {
  const given = planOf(
    'roles: [{ name: heir }]\nschemas: [{ name: app, owner: heir }, { name: shop, owner: stranger }]',
    [
      { kind: 'schema', name: 'app', owner: 'owner' },
      { kind: 'schema', name: 'shop', owner: 'owner' },
      roleRow('stranger'),
    ],
  );

  test('is attached to each change: the needed rights with their means, and what is not met', () => {
    const who = connected({ usable: ['owner'], attributes: ['CREATEROLE'] });
    const { changes } = planChanges(given.rows, { ...given.live, ...who });
    const authorities = changes.map(({ fact, authority: { needs, unmet, lacks } }) => [
      fact.id['name'],
      needs.map(({ role, means }) => [role, means]),
      unmet.map(({ role }) => role),
      lacks,
    ]);
    expect(authorities).toEqual([
      ['heir', [], [], []],
      [
        'app',
        [
          ['owner', 'held'],
          ['heir', 'lent'],
        ],
        [],
        [],
      ],
      [
        'shop',
        [
          ['owner', 'held'],
          ['stranger', undefined],
        ],
        ['stranger'],
        [],
      ],
    ]);
  });

  test('comes from one function: nothing else asks a kind what a change needs or lacks', async () => {
    const files = await readdir('core', { recursive: true });
    const sources = files.filter((file) => file.endsWith('.ts'));
    const asking = await Promise.all(
      sources.map(async (file) => {
        const text = await readFile(`core/${file}`, 'utf8');
        return /\.(takes|lacks)\?\.\(/.test(text) ? [file] : [];
      }),
    );
    expect(asking.flat()).toEqual(['authority/authority-of.ts']);
  });
});

function planOf(manifest: string, rows: readonly unknown[]) {
  return { live: superuserLive(graphOf(manifest)), rows: decodeRows(rows) };
}
