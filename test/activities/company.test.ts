import { expect, test } from '@jest/globals';
import { companyOf } from '../../activities/company.ts';

const identity = { server: 'a-server', database: 'app' };
const role = { login: 'manager', user: 'manager' };

function visitor({
  namespace = 'ns',
  name,
  former,
  zone = 'default',
}: {
  readonly namespace?: string;
  readonly name: string;
  readonly former?: string | undefined;
  readonly zone?: string;
}) {
  return { ref: { namespace, name }, intervalSeconds: 60, former, zone };
}

function companyAt(start: string) {
  let now = new Date(start).getTime();
  const company = companyOf(() => new Date(now));
  const met = (name: string, former?: string, place = identity, by = role) =>
    company.met(visitor({ name, former }), place, by);
  return {
    company,
    met,
    pass: (seconds: number) => {
      now += seconds * 1_000;
    },
  };
}

test('the second policy of a database and role has company, the first has none', () => {
  const { met } = companyAt('2026-01-01T00:00:00Z');
  expect(met('first')).toBeUndefined();
  expect(met('first')).toBeUndefined();
  const shared = met('second');
  expect(shared).toMatch(/^[0-9a-f]{16}$/);
  expect(met('first')).toBe(shared);
});

test.each([
  ['another server', { server: 'b-server', database: 'app' }, role],
  ['another database', { server: 'a-server', database: 'other' }, role],
  ['another login role', identity, { login: 'other', user: 'manager' }],
  ['another role set', identity, { login: 'manager', user: 'other' }],
])('a policy of %s is no company', (_which, place, by) => {
  const { met } = companyAt('2026-01-01T00:00:00Z');
  met('first');
  expect(met('second', undefined, place, by)).toBeUndefined();
});

test('a policy of another namespace is no company, because its server can pretend to be this one', () => {
  const { company, met } = companyAt('2026-01-01T00:00:00Z');
  met('first');
  const foreign = { namespace: 'other', name: 'second' };
  expect(company.met(visitor(foreign), identity, role)).toBeUndefined();
  const shared = met('second');
  expect(company.met(visitor({ ...foreign, former: shared }), identity, role)).toBeUndefined();
});

test('a policy of another zone is no company, because another worker must check it', () => {
  const { company, met } = companyAt('2026-01-01T00:00:00Z');
  met('first');
  const elsewhere = visitor({ name: 'second', zone: 'eu' });
  expect(company.met(elsewhere, identity, role)).toBeUndefined();
});

test('a policy that was not checked for more than two intervals is no company any more', () => {
  const { met, pass } = companyAt('2026-01-01T00:00:00Z');
  met('first');
  pass(130);
  expect(met('second')).toBeDefined();
  pass(30);
  met('second');
  pass(130);
  expect(met('third')).toBeDefined();
  pass(300);
  expect(met('second')).toBeUndefined();
});

test('a policy that does not exist any more is no company', () => {
  const { company, met } = companyAt('2026-01-01T00:00:00Z');
  met('first');
  company.parted({ namespace: 'ns', name: 'first' });
  expect(met('second')).toBeUndefined();
});

test('a member keeps its shared check, also at a worker that saw no other policy', () => {
  const { met } = companyAt('2026-01-01T00:00:00Z');
  met('first');
  const shared = met('second');
  const another = companyAt('2026-01-01T00:00:00Z');
  expect(another.met('second', shared)).toBe(shared);
  expect(another.met('third', 'a-check-of-another-database')).toBe(shared);
  expect(another.met('second', shared, { ...identity, database: 'other' })).toBeUndefined();
});

test('more than 250 policies of one database are divided among several shared checks', () => {
  const { met } = companyAt('2026-01-01T00:00:00Z');
  const names = Array.from({ length: 600 }, (_each, index) => `policy-${String(index)}`);
  for (const name of names) met(name);
  const parts = names.map((name) => met(name));
  expect(new Set(parts).size).toBe(3);
  for (const part of new Set(parts))
    expect(parts.filter((each) => each === part).length).toBeLessThan(280);
  expect(names.map((name) => met(name))).toEqual(parts);
});
