import type { RoleRights } from '../live.ts';

/** A database service. Its customers are never superusers. */
export interface Provider {
  /** The name for people, e.g. `Amazon RDS`. */
  readonly name: string;
  /** The role the service gives to its customers' administrators, e.g. `rds_superuser`. */
  readonly admin: string;
  /** Roles that replace attributes which only superusers can give. */
  readonly instead: Readonly<Partial<Record<'SUPERUSER' | 'REPLICATION', string>>>;
}

/** By the administrators' role, which nobody else has. Source: the services' documentations, as of 2025. */
const providers: readonly Provider[] = [
  rds('Amazon RDS'),
  service('AlloyDB', 'alloydbsuperuser'),
  service('Google Cloud SQL', 'cloudsqlsuperuser'),
  service('Azure Database for PostgreSQL', 'azure_pg_admin'),
  service('Neon', 'neon_superuser'),
  // its administrator is no member of this role, which is a superuser
  { name: 'Supabase', admin: 'supabase_admin', instead: {} },
];

function rds(name: string): Provider {
  const admin = 'rds_superuser';
  return { name, admin, instead: { SUPERUSER: admin, REPLICATION: 'rds_replication' } };
}

function service(name: string, admin: string): Provider {
  return { name, admin, instead: { SUPERUSER: admin } };
}

/** The service that runs the server, known by its roles. Undefined if no known service runs it. */
export function providerOf({ service: mark }: Pick<RoleRights, 'service'>): Provider | undefined {
  if (mark === null) return undefined;
  if (mark.aurora) return rds('Amazon Aurora');
  return providers.find(({ admin }) => admin === mark.admin);
}

/** SQL for `RoleRights.service`: which administrators' role there is, and whether the connected role is in it. */
export const serviceColumn = `(
                     SELECT jsonb_build_object('admin', r.rolname, 'isMember', pg_catalog.pg_has_role(r.oid, 'MEMBER'),
                                               'aurora', pg_catalog.to_regproc('pg_catalog.aurora_version') IS NOT NULL)
                       FROM pg_catalog.pg_roles r
                       JOIN pg_catalog.unnest(ARRAY[${providers.map(({ admin }) => `'${admin}'`).join(', ')}])
                            WITH ORDINALITY AS a (name, place) ON a.name = r.rolname
                      ORDER BY a.place LIMIT 1)`;
