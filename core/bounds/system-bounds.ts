import type { DefaultPrivilegeSpec, GrantSpec, RoleGraph } from '../graph.ts';
import { grantableTypes } from '../registry.ts';
import type { Rule } from './rule.ts';
import type { Found } from './subject.ts';
import { allows, quoted } from './violation.ts';

/**
 * What makes a role equivalent to a superuser without the attribute: access to the system's functions and tables that
 * read files and verifiers, ownership or objects in system schemas, functions of extensions that only superusers may
 * call, wrappers whose tables read files, parameters that make a server or session load code, and settings that only
 * superusers may change.
 */
export function systemBounds(rule: Rule, graph: RoleGraph): Found[] {
  const { forbidden_attributes: forbidden = [] } = rule;
  if (!forbidden.includes('superuser')) return [];
  const allowed = allows('forbidden_attributes', forbidden);
  const found = [
    ...graph.grants.flatMap((grant) => grantFound(rule, grant)),
    ...graph.defaultPrivileges.flatMap((entry) => defaultFound(rule, entry)),
    ...ownersFound(rule, graph),
    ...graph.roles.flatMap(({ name, config, databaseConfig }) =>
      Object.keys({ ...config, ...databaseConfig })
        .filter((parameter) => superuserSettings.has(parameter) && !has(rule.settings, parameter))
        .map((parameter) => `sets ${parameter} of role ${quoted(name)}`),
    ),
  ];
  return found.map((what) => ({ what: `${what}, which is equivalent to superuser`, allowed }));
}

type Target = GrantSpec['object'];

function grantFound(rule: Rule, { ensure, object, privileges, role }: GrantSpec): string[] {
  if (ensure === 'absent') return [];
  const where = systemSchemaOf(rule, object);
  if (where !== undefined) return [`grants to role ${quoted(role)} in schema ${where}`];
  const what = superuserObject(rule, object);
  if (what !== undefined) return [`grants to role ${quoted(role)} on ${what}`];
  if (object.type !== 'parameter' || has(rule.object_types, 'parameter')) return [];
  const parameter = object.name.toLowerCase();
  return privileges
    .filter((privilege) => privilege === 'ALTER SYSTEM' || superuserSettings.has(parameter))
    .map((privilege) => `grants ${privilege} on parameter ${quoted(parameter)}`);
}

/**
 * An extension that a superuser creates later revokes its functions from PUBLIC, but not from roles that get them by
 * the superuser's default privileges.
 */
function defaultFound(rule: Rule, entry: DefaultPrivilegeSpec): string[] {
  const { owner, schema, onType, grantee, privileges, ensure } = entry;
  if (ensure === 'absent') return [];
  const what = `grants by default to role ${quoted(grantee)}`;
  if (schema !== undefined) return isSystem(rule, schema) ? [`${what} in schema ${schema}`] : [];
  const isOfSuperuser = owner === firstSuperuser && !has(rule.default_privilege_owners, owner);
  return onType === 'function' && privileges.includes('EXECUTE') && isOfSuperuser
    ? [`${what} on every function of ${quoted(owner)}, including those of extensions`]
    : [];
}

/** A policy that names no owner of default privileges means this role. */
const firstSuperuser = 'postgres';

function ownersFound(rule: Rule, { schemas, ownerships }: RoleGraph): string[] {
  return [
    ...ownerships.flatMap(({ object }) => {
      const where = systemSchemaOf(rule, object);
      if (where !== undefined) return [`gives away ${object.type}s in schema ${where}`];
      const what = superuserObject(rule, object);
      return what === undefined ? [] : [`gives away ${what}`];
    }),
    ...schemas
      .filter(({ name, owner }) => owner !== undefined && isSystem(rule, name))
      .map(({ name, owner = '' }) => `gives schema ${name} to role ${quoted(owner)}`),
  ];
}

/** The system schema that an object is or belongs to. Everyone has USAGE on it. */
function systemSchemaOf(rule: Rule, { type, schema, name }: Target): string | undefined {
  const where = grantableTypes[type]?.isSchema === true ? name : schema;
  return where !== undefined && isSystem(rule, where) ? where : undefined;
}

/** Only a superuser can create a schema with such a name. */
function isSystem({ schemas }: Rule, name: string): boolean {
  return (name.startsWith('pg_') || name === 'information_schema') && !has(schemas, name);
}

/** An object outside these schemas that only superusers may use unless it is granted. */
function superuserObject(rule: Rule, { type, name }: Target): string | undefined {
  if (grantableTypes[type]?.isForSuperusers === true && !has(rule.object_types, type))
    return `${type.replaceAll('_', ' ')} ${quoted(name)}`;
  const isRoutine = grantableTypes[type]?.type === 'function';
  const base = isRoutine ? (grantableTypes[type]?.lookup?.(name).base ?? name) : '';
  return superuserFunctions.has(base) ? `function ${quoted(base)}` : undefined;
}

/** Whether a rule names it in full. A pattern that happens to match is not a decision about it. */
function has(list: readonly string[] | undefined, name: string): boolean {
  return list?.includes(name) === true;
}

/**
 * Functions that an extension creates in any schema and revokes from PUBLIC, because they log in as the server's system
 * user, write files, overwrite tables, or read data of any table. Those of other extensions require a superuser
 * themselves, or only read statistics.
 * Source: the SQL of the extensions that come with PostgreSQL.
 */
const superuserFunctions: ReadonlySet<string> = new Set([
  'dblink_connect_u',
  'heap_force_freeze',
  'heap_force_kill',
  'pg_file_read',
  'pg_file_rename',
  'pg_file_sync',
  'pg_file_unlink',
  'pg_file_write',
  'pg_get_wal_block_info',
  'pg_get_wal_fpi_info',
  'pg_logdir_ls',
  'pg_truncate_visibility_map',
]);

/**
 * Parameters that make sessions load code, run it outside a language's sandbox, or skip checks and event triggers.
 * Those of languages are refused even if any role may set them, because their code runs in every session of the role.
 */
const superuserSettings: ReadonlySet<string> = new Set([
  'allow_system_table_mods',
  'dynamic_library_path',
  'event_triggers',
  'extension_control_path',
  'jit_provider',
  'lo_compat_privileges',
  'plperl.on_plperl_init',
  'plperl.on_plperlu_init',
  'pltcl.start_proc',
  'pltclu.start_proc',
  'session_preload_libraries',
  'session_replication_role',
]);
