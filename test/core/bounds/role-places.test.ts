import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { manifestSchema } from '../../../core/manifest.ts';
import { refusedConnection } from './refused.ts';

/**
 * The path of every field of a manifest that holds a role name. Such a field refuses a word that PostgreSQL reserves.
 */
function roleFields(schema: z.core.$ZodType, path = ''): string[] {
  if (schema instanceof z.ZodOptional) return roleFields(schema.unwrap(), path);
  if (schema instanceof z.ZodPipe) return roleFields(schema.in, path);
  if (schema instanceof z.ZodArray) return roleFields(schema.element, `${path}[]`);
  if (schema instanceof z.ZodRecord) return roleFields(schema.valueType, `${path}{}`);
  if (schema instanceof z.ZodObject)
    return Object.entries<z.core.$ZodType>(schema.shape).flatMap(([key, field]) =>
      roleFields(field, path === '' ? key : `${path}.${key}`),
    );
  const issues = z.safeParse(schema, 'session_user').error?.issues ?? [];
  return issues.some(({ message }) => message.includes('not a role')) ? [path] : [];
}

type Place = (role: string) => Readonly<Record<string, unknown>>;

const object = { type: 'table', schema: 's', name: 't' };
const grant = { privileges: ['SELECT'], object };
const later = { privileges: ['SELECT'], on_type: 'table' };
const defaults = { owner: 'app', schema: 's', grant: [{ role: 'app', ...later }] };

/** A manifest with a role in each of these fields. */
const fields: Readonly<Record<string, Place>> = {
  default_owner: (role) => ({ default_owner: role, schemas: [{ name: 's' }] }),
  'profiles{}.default_privileges[].role': (role) => ({
    default_owner: role,
    schemas: [{ name: 's', owner: 'app', profiles: ['p'] }],
    profiles: { p: { default_privileges: [later] } },
    default_privileges: [defaults, { ...defaults, grant: [{ role, ...later }] }],
  }),
  'schemas[].owner': (role) => ({ schemas: [{ name: 's', owner: role }] }),
  'roles[].name': (role) => ({ roles: [{ name: role }] }),
  'grants[].role': (role) => ({ grants: [{ role, ...grant }] }),
  'default_privileges[].owner': (role) => ({ default_privileges: [{ ...defaults, owner: role }] }),
  'default_privileges[].owners[]': (role) => ({
    default_privileges: [{ ...defaults, owner: undefined, owners: ['app', role] }],
  }),
  'default_privileges[].grant[].role': (role) => ({
    default_privileges: [{ ...defaults, grant: [{ role, ...later }] }],
  }),
  'ownership[].owner': (role) => ({ ownership: [{ owner: role, object }] }),
  'memberships[].role': (role) => ({ memberships: [{ role, members: [{ name: 'app' }] }] }),
  'memberships[].members[].name': (role) => ({
    memberships: [{ role: 'app', members: [{ name: role }] }],
  }),
  'retirements[].role': (role) => ({ retirements: [{ role }] }),
  'retirements[].reassign_owned_to': (role) => ({
    retirements: [{ role: 'old', reassign_owned_to: role }],
  }),
};

/** Places that name a role without a field of their own. */
const otherMeans: Readonly<Record<string, Place>> = {
  'an external role': (role) => ({ roles: [{ name: role, external: true }] }),
  'an external role whose grants stay': (role) => ({
    roles: [{ name: role, external: true, preserve_undeclared_grants: true }],
  }),
  'LOGIN, password and settings': (role) => ({
    roles: [
      {
        name: role,
        login: true,
        connection_limit: 1,
        password_valid_until: '2030-01-01T00:00:00Z',
        config: { work_mem: '1MB' },
        password: { secretRef: { name: 'x' } },
      },
    ],
  }),
  'the pattern of a profile': (role) => ({
    schemas: [{ name: 's', profiles: [role], role_pattern: '{profile}' }],
    profiles: { [role]: {} },
  }),
  'the setting role': (role) => ({ roles: [{ name: 'app', config: { ROLE: role } }] }),
  'the setting session_authorization': (role) => ({
    roles: [{ name: 'app', database_config: { Session_Authorization: role } }],
  }),
  'the setting role of a profile': (role) => ({
    schemas: [{ name: 's', profiles: ['p'] }],
    profiles: { p: { config: { role } } },
  }),
  'an absent grant': (role) => ({ grants: [{ role, ensure: 'absent', ...grant }] }),
  'an absent default privilege': (role) => ({
    default_privileges: [{ ...defaults, grant: [{ role, ensure: 'absent', ...later }] }],
  }),
  'an exclusive group': (role) => ({
    memberships: [{ role, exclusive: true, members: [{ name: 'app' }] }],
  }),
};

const places = Object.entries({ ...fields, ...otherMeans });
const me = 'shop-manager';
const anything =
  "roles: ['*'], grantees: ['*'], groups: ['*'], owners: ['*'], default_privilege_owners: ['*']";

const specOf = (manifest: object): string =>
  Object.entries(manifest)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}`)
    .join('\n');

describe('a role of the connection', () => {
  test('is tested in every field of a manifest that names a role', () => {
    expect(Object.keys(fields).sort()).toEqual(roleFields(manifestSchema).sort());
  });

  describe.each(['user', 'role'])('as its %s', (field) => {
    const point = { host: 'db', port: 5432, database: 'shop', user: 'other', [field]: me };

    test.each(places)('is allowed in no place by a pattern: %s', (_place, manifest) => {
      expect(refusedConnection(anything, point, specOf(manifest(me)))).not.toEqual([]);
      expect(refusedConnection(anything, point, specOf(manifest('shop-app')))).toEqual([]);
    });
  });

  test('is refused by its name as PostgreSQL stores it, which can be shorter', () => {
    const long = `shop-${'m'.repeat(70)}`;
    const point = { host: 'db', port: 5432, database: 'shop', user: long };
    const spec = specOf({ schemas: [{ name: 's', owner: long.slice(0, 63) }] });
    expect(refusedConnection(anything, point, spec)).toHaveLength(1);
  });

  test('is allowed in the place whose list names it in full, and in no other place', () => {
    const point = { host: 'db', port: 5432, database: 'shop', user: me };
    const owns = specOf({ schemas: [{ name: 's', owner: me }] });
    const joins = specOf({ memberships: [{ role: me, members: [{ name: 'shop-app' }] }] });
    expect(refusedConnection(`roles: [shop-*], owners: [${me}]`, point, owns)).toEqual([]);
    expect(refusedConnection(`roles: [shop-*], groups: [${me}]`, point, owns)).toEqual([
      `gives schema "s" to role "${me}", but that is a role of its connection, and owners is empty, which has to name it in full`,
    ]);
    expect(refusedConnection(`roles: [shop-*], groups: [${me}]`, point, joins)).toEqual([]);
    expect(refusedConnection(`roles: [shop-*], groups: ['shop-*']`, point, joins)).toHaveLength(1);
  });

  test('cannot be declared under a rule that bounds roles', () => {
    const point = { host: 'db', port: 5432, database: 'shop', user: 'login', role: me };
    const spec = specOf({
      roles: [{ name: me, login: true, password: { secretRef: { name: 'x' } } }],
    });
    expect(refusedConnection(`roles: [${me}], owners: [${me}]`, point, spec)).toEqual([
      `declares role "${me}", but that is a role of its connection, which no policy within bounds may do`,
    ]);
  });
});
