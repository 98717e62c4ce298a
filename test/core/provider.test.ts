import { expect, test } from '@jest/globals';
import { providerOf } from '../../core/authority/provider.ts';

test.each([
  ['rds_superuser', false, 'Amazon RDS'],
  ['rds_superuser', true, 'Amazon Aurora'],
  ['cloudsqlsuperuser', false, 'Google Cloud SQL'],
  ['alloydbsuperuser', false, 'AlloyDB'],
  ['azure_pg_admin', false, 'Azure Database for PostgreSQL'],
  ['neon_superuser', false, 'Neon'],
  ['supabase_admin', false, 'Supabase'],
])('a server with the role %s (Aurora: %s) belongs to %s', (admin, aurora, name) => {
  expect(providerOf({ service: { admin, aurora, isMember: true } })?.name).toBe(name);
});

test('a server without such a role belongs to no known provider', () => {
  expect(providerOf({ service: null })).toBeUndefined();
});
