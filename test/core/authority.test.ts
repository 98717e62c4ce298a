import { describe, expect, test } from '@jest/globals';
import { readFile, readdir } from 'node:fs/promises';
import type { Means } from '../../core/authorized.ts';
import { type Connected, standingsOf } from '../../core/authority/means.ts';
import { decodeRows } from '../../core/inspect/live-rows.ts';
import type { RoleRights } from '../../core/live.ts';
import { checkPlan } from '../../core/plan/checks.ts';
import { planChanges } from '../../core/plan/plan.ts';
import type { Way } from '../../core/way.ts';
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
    [
      'that, from 16 on, is a member without inheriting, and can improve on it',
      connected({ grantable: ['owner'], settable: ['owner'], selfGranted }, 16),
      'lent',
      'held',
    ],
  ])('%s', (_who, who, actsAs, becomes) => {
    const standing = standingsOf(who, new Set())('owner');
    expect([standing.acts, standing.becomes]).toEqual([actsAs, becomes]);
  });

  test('can grant itself the role that it creates, and can act as itself without a grant', () => {
    const standings = standingsOf(connected({}), new Set(['fresh']));
    expect(standings('fresh').acts).toBe('lent');
    expect(standings('manager')).toMatchObject({ acts: 'own', becomes: 'own' });
  });
});

describe('the ADMIN OPTION of the connected role on a group', () => {
  const way = (role: string, member: string, admin = true): Way => {
    const options = { admin, inherit: true, set: true };
    return { via: 'member', role, member, grantor: 'postgres', ...options };
  };
  const lead = way('grp', 'lead');

  test.each<[string, Partial<RoleRights>, number]>([
    ['is a member of a role that has it', { usable: ['lead'], ways: [lead] }, 18],
    ['inherits it from a role that has it', { inherited: ['lead'], ways: [lead] }, 18],
    ['has it itself', { ways: [way('grp', 'manager'), lead] }, 18],
    ['has it through the second of two roles', { ways: [lead, way('grp', 'manager')] }, 18],
    ['can only become the role that has it, before 16', { settable: ['lead'], ways: [lead] }, 15],
  ])('lets it add members if it %s', (_how, rights, major) => {
    const who = connected({ grantable: ['grp'], ...rights }, major);
    expect(standingsOf(who, new Set())('grp')).toMatchObject({ grants: true, addsMembers: true });
  });

  test.each<[string, Partial<RoleRights>, number]>([
    ['can only become the role that has it, from 16 on', { settable: ['lead'], ways: [lead] }, 16],
    ['is itself a plain member', { ways: [lead, way('grp', 'manager', false)] }, 18],
    ['has it itself on another group', { ways: [lead, way('other', 'manager')] }, 18],
  ])('does not let it add members if it %s', (_how, rights, major) => {
    const who = connected({ grantable: ['grp'], ...rights }, major);
    expect(standingsOf(who, new Set())('grp')).toMatchObject({ grants: true, addsMembers: false });
  });

  const membership = { kind: 'membership', role: 'grp', grantor: 'dba', creator: false };
  const options = { admin: false, inherit: true, set: true };
  const rows = decodeRows([
    ...['grp', 'ana', 'ben'].map(roleRow),
    { ...membership, ...options, member: 'ben' },
  ]);
  const exclusive = 'memberships: [{ role: grp, exclusive: true, members: [{ name: ana }] }]';

  test('must stay in its reach for members that it adds, and not for members that it removes', () => {
    const who = connected({
      grantable: ['grp'],
      usable: ['dba'],
      settable: ['lead'],
      ways: [lead],
    });
    const { live } = planOf(exclusive, []);
    const { changes } = planChanges(rows, { ...live, ...who });
    expect(changes.map(({ op, authority }) => [op, authority.needs, authority.unmet])).toEqual([
      [
        'drop',
        [
          { role: 'grp', right: 'admin', means: 'held' },
          { role: 'dba', right: 'privileges', means: 'held' },
        ],
        [],
      ],
      [
        'create',
        [{ role: 'grp', right: 'admin', lasting: true, means: 'held' }],
        [{ role: 'grp', right: 'admin', lasting: true, means: 'held' }],
      ],
    ]);
  });

  test('is lacking for a member that it adds if no role in its reach has it', () => {
    const { live } = planOf(exclusive, []);
    const { changes } = planChanges(rows, { ...live, ...connected({ usable: ['dba'] }) });
    expect(changes.map(({ op, authority: { unmet } }) => [op, unmet])).toEqual([
      ['create', [{ role: 'grp', right: 'admin', lasting: true, means: undefined }]],
    ]);
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
