import { expect, test } from '@jest/globals';
import { readPolicyResource } from '../../core/document/resource.ts';

function resource(spec: object): object {
  return {
    apiVersion: 'pgroles.io/v1alpha1',
    kind: 'PostgresPolicy',
    metadata: { name: 'shop', namespace: 'apps', uid: '0', generation: 3, managedFields: [] },
    spec: { connection: { secretRef: { name: 'shop-admin' } }, ...spec },
    status: { conditions: [] },
  };
}

test('a null in the spec of a resource means the same as an absent field', () => {
  const roles = [{ name: 'ana', login: null, config: { work_mem: '4MB', jit: null } }];
  const read = readPolicyResource(resource({ roles, grants: null, default_owner: null }));
  const plain = readPolicyResource(
    resource({ roles: [{ name: 'ana', config: { work_mem: '4MB' } }] }),
  );
  expect(read).toMatchObject({ kind: 'policy', ref: { namespace: 'apps', name: 'shop' } });
  expect(read).toEqual(plain);
});

test('a wrong resource is reported with its name and the path, without lines', () => {
  expect(readPolicyResource(resource({ roles: [{ name: 'ana', lgin: true }] }))).toMatchObject({
    kind: 'invalid',
    ref: { namespace: 'apps', name: 'shop' },
    refusal: {
      code: 'InvalidSpec',
      message: expect.stringMatching(
        /^PostgresPolicy apps\/shop: spec\.roles\[0\]\.lgin is not a known key \(did you mean login\?\)/,
      ),
    },
  });
});

test('a value that is no resource is refused too', () => {
  expect(readPolicyResource(null)).toMatchObject({ kind: 'invalid', ref: undefined });
});

test('approval is auto, or manual in a mode that applies nothing', () => {
  expect(readPolicyResource(resource({ approval: 'auto' }))).toMatchObject({ kind: 'policy' });
  expect(readPolicyResource(resource({ approval: 'manual', mode: 'plan' }))).toMatchObject({
    kind: 'policy',
  });
  expect(readPolicyResource(resource({ approval: 'manual' }))).toMatchObject({
    refusal: {
      message:
        'PostgresPolicy apps/shop: spec.approval manual is not supported in mode apply: use mode plan to see changes without making them',
    },
  });
});

test.each([
  ['2026-02-30T00:00:00Z', 'a day no calendar has'],
  ['tomorrow', 'no timestamp at all'],
])('password_valid_until %s is refused once: %s', (text) => {
  const read = readPolicyResource(
    resource({ roles: [{ name: 'ana', password_valid_until: text }] }),
  );
  expect(read).toMatchObject({ refusal: { details: [expect.stringContaining('timestamp')] } });
});

test.each(['a'.repeat(64), 'ä'.repeat(32)])('a name of 64 bytes is refused once: %s', (name) => {
  expect(readPolicyResource(resource({ roles: [{ name }] }))).toMatchObject({
    refusal: { details: [expect.stringContaining('is longer than 63 bytes')] },
  });
});
