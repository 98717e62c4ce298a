import type { RoleSpec } from './graph.ts';

/** The state of a role that CREATE ROLE makes without options. Source: PostgreSQL manual, CREATE ROLE. */
export const plainRole: Omit<RoleSpec, 'name' | 'password'> = {
  external: false,
  preserveUndeclaredGrants: false,
  login: false,
  superuser: false,
  createdb: false,
  createrole: false,
  inherit: true,
  replication: false,
  bypassrls: false,
  connectionLimit: -1,
  comment: undefined,
  validUntil: undefined,
  config: undefined,
  databaseConfig: undefined,
};
