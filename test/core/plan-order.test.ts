import { describe, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import type { Fact } from '../../core/fact.ts';
import { finished } from '../../core/parts.ts';
import { type Change, factKey } from '../../core/plan/diff.ts';
import { hashChanges } from '../../core/plan/hash.ts';
import { orderChanges, orderInParts } from '../../core/plan/order.ts';
import { summarizeChanges, summaryLine } from '../../core/plan/summary.ts';

const fact = (kind: string, id: Fact['id'], state: Fact['state'] = {}): Fact => ({
  kind,
  id,
  state,
});
const role = (name: string): Fact => fact('role', { name });
const member = (group: string, name: string, grantor = 'postgres'): Fact =>
  fact('membership', { role: group, member: name, grantor }, { admin: false, inherit: true });
const create = (one: Fact): Change => ({ op: 'create', fact: one });
const drop = (one: Fact): Change => ({ op: 'drop', fact: one });
const alter = (one: Fact): Change => ({ op: 'alter', from: one, fact: one });

describe('changes that do not need each other', () => {
  test('are owners of objects first, then drops, then by kind, reversed for drops, then alterations before creations, then by key', () => {
    const target = { place: undefined, grants: [] };
    const id = { schema: 'app', type: 'table', name: 't' };
    const owner = { ...fact('object_owner', id, { owner: 'eve' }), target };
    const ordered = [
      alter(owner),
      drop(member('x', 'y')),
      drop(role('gone')),
      alter(role('zoe')),
      create(role('ana')),
      create(role('ben')),
      create(member('u', 'v')),
    ];
    expect(orderChanges(ordered.toReversed())).toEqual(ordered);
    expect(orderChanges(ordered)).toEqual(ordered);
  });
});

describe('late changes', () => {
  const [staff, ana, edge] = [
    create(role('staff')),
    create(role('ana')),
    create(member('staff', 'ana')),
  ];
  const other = create(member('u', 'v'));
  const withLate = (...late: Change[]): Change[] =>
    finished(orderInParts([staff, ana, edge, other], new Set(late)));

  test('come at the end, with the changes that need them', () => {
    expect(withLate()).toEqual([ana, staff, edge, other]);
    expect(withLate(edge)).toEqual([ana, staff, other, edge]);
    expect(withLate(staff)).toEqual([ana, other, staff, edge]);
  });

  test('include a role that is locked out, and not one that is dropped', () => {
    const retirement = (lockOutOnly: boolean): Change => {
      const target = { grants: [], schemas: [] };
      const one = { ...fact('retirement', { role: 'legacy' }, { lockOutOnly }), target };
      return drop(one);
    };
    const [dropped, lockedOut] = [retirement(false), retirement(true)];
    const withLateRole = (one: Change): Change[] =>
      finished(orderInParts([one, staff], new Set([one])));
    expect(withLateRole(dropped)).toEqual([dropped, staff]);
    expect(withLateRole(lockedOut)).toEqual([staff, lockedOut]);
  });
});

describe('the hash of changes', () => {
  const hashOf = (...changes: Change[]): string => finished(hashChanges(changes));
  const edge = member('staff', 'ana');

  test('does not depend on the order of fields, and depends on all else', () => {
    const turned = { ...edge, state: { inherit: true, admin: false } };
    expect(hashOf(create(turned))).toBe(hashOf(create(edge)));
    const admin = { ...edge, state: { ...edge.state, admin: true } };
    const others = [
      hashOf(),
      hashOf(drop(edge)),
      hashOf(create(admin)),
      hashOf(create(member('staff', 'ben'))),
      hashOf(create(edge), create(role('ana'))),
      hashOf(create(role('ana')), create(edge)),
      hashOf(create(edge)),
    ];
    expect(new Set(others).size).toBe(others.length);
  });

  test('is the SHA-256 of the JSON of each change, so that approvals outlive an upgrade', () => {
    const changes = [create(role('ana')), drop(edge)];
    const json = JSON.stringify([
      ['create', factKey(role('ana')), []],
      [
        'drop',
        factKey(edge),
        [
          ['admin', false],
          ['inherit', true],
        ],
      ],
    ]);
    expect(hashOf(...changes)).toBe(createHash('sha256').update(json).digest('hex'));
  });
});

describe('the summary in one line', () => {
  test('has the number of each kind of change, and says when there are none', () => {
    const line = (...changes: Change[]): string => summaryLine(summarizeChanges(changes));
    expect(line()).toBe('no changes');
    expect(line(create(role('ana')))).toBe('+1 role');
    expect(line(create(role('ana')), create(role('ben')))).toBe('+2 roles');
    expect(line(drop(member('x', 'y')), create(member('u', 'v')))).toBe(
      '+1 membership -1 membership',
    );
  });

  test('counts a setting of a role with the creation of the role, or once as an alteration', () => {
    const setting = (name: string): Change =>
      create(fact('role_setting', { role: 'ana', database: undefined, name }, { value: '1' }));
    const changes = [setting('work_mem'), setting('statement_timeout')];
    expect(summarizeChanges(changes)).toMatchObject({ roles_altered: 1, total: 1 });
    expect(summarizeChanges([...changes, create(role('ana'))])).toMatchObject({
      roles_altered: 0,
      roles_created: 1,
      total: 1,
    });
  });
});
