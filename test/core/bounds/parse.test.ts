import { describe, expect, test } from '@jest/globals';
import { matchesAny } from '../../../core/bounds/glob.ts';
import { boundsRefusal, parseBounds, rulesFor } from '../../../core/bounds/parse.ts';
import { refused } from './refused.ts';

const problems = (text: string) => boundsRefusal(parseBounds(text, 'b.yaml'))?.details ?? [];

test.each([
  ['shop-*', 'shop-', true],
  ['shop-*', 'shop', false],
  ['*-app', 'shop-app', true],
  ['a*b*c', 'aXbYc', true],
  ['a*b*c', 'abc', true],
  ['a*bc*c', 'abc', false],
  ['*', '', true],
  ['a', 'a ', false],
  ['a.c', 'abc', false],
  ['a*a', 'a', false],
])('%s and %j: %s', (glob, name, holds) => {
  expect(matchesAny([glob], name)).toBe(holds);
});

describe('a file of bounds', () => {
  test('is a list of rules, and all rules for a namespace apply together', () => {
    const bounds = parseBounds(
      `- { name: all, namespaces: ['*'], forbidden_attributes: [superuser] }
- { name: shop, namespaces: [shop, shop-*], schemas: [shop] }`,
      'b.yaml',
    );
    expect(rulesFor(bounds, 'shop-2').map(({ name }) => name)).toEqual(['all', 'shop']);
    expect(rulesFor(bounds, 'other').map(({ name }) => name)).toEqual(['all']);
    expect(rulesFor(parseBounds('[]', 'b.yaml'), 'shop')).toEqual([]);
  });

  test.each([
    ['', 'b.yaml: holds no list of rules: write [] for none'],
    ['{}', 'b.yaml: holds no list of rules: write [] for none'],
    ['- { namespaces: [a] }', 'b.yaml line 1: bounds[0].name is missing: write text'],
    ['- { name: a }', 'b.yaml line 1: bounds[0].namespaces is missing: write a list'],
    [
      '- { name: a, namespaces: [] }',
      'b.yaml line 1: bounds[0].namespaces is empty: name at least one namespace, or * for all',
    ],
    [
      '- { name: a, namespaces: [a], hosts: ["a:b:c:%"] }',
      'b.yaml line 1: bounds[0].hosts[0] is no host: write a name, an address or a socket directory, with :port if only that port is allowed',
    ],
    [
      '- { name: a, namespaces: [a], groups: [b] }',
      'b.yaml line 1: bounds[0].groups allows roles in addition to roles, which is missing: write roles too',
    ],
    ['- *nothing', 'b.yaml: holds no list of rules: write [] for none'],
  ])('%s is reported with the reason', (text, line) => {
    expect(problems(text)).toEqual([line]);
  });

  test('an unknown key is reported with the closest known key', () => {
    const [line] = problems('- name: a\n  namespaces: [a]\n  schema: [b]');
    expect(line).toContain(
      'b.yaml line 3: bounds[0].schema is not a known key (did you mean schemas?)',
    );
  });

  test('a broken rule is a refusal in the namespaces that it may be about, and nowhere else', () => {
    const broken = (namespaces: string) =>
      parseBounds(
        `- { name: a, namespaces: ${namespaces}, wrong: 1 }\n- { name: b, namespaces: ['*'] }`,
        'b.yaml',
      );
    expect(() => rulesFor(broken('[shop]'), 'shop')).toThrow('bounds[0].wrong is not a known key');
    expect(rulesFor(broken('[shop]'), 'other')).toHaveLength(1);
    expect(() => rulesFor(broken('shop'), 'other')).toThrow('bounds[0].namespaces is text');
    expect(() => rulesFor(parseBounds('[', 'b.yaml'), 'other')).toThrow('b.yaml line 1: ');
  });
});

test('a field that a rule leaves out restricts nothing', () => {
  const spec = `roles: [{ name: a, superuser: true, config: { role: b } }]
memberships: [{ role: pg_write_all_data, members: [{ name: a }] }]
grants: [{ role: PUBLIC, privileges: [SELECT], object: { type: large_object, name: '1' } }]
retirements: [{ role: c, drop_owned: true, allow_data_loss: true }]`;
  expect(refused('schemas: ["*"], object_types: [large_object]', spec)).toEqual([]);
  expect(refused('hosts: []', spec)).toEqual([]);
});

test('a refusal names the rule, the violation and what is allowed', () => {
  const [line] = refused('roles: [shop-*]', 'roles: [{ name: admin }]');
  expect(line).toBe('declares role "admin", but roles are shop-*');
});
