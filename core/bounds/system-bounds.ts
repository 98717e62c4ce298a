import type { GrantSpec, RoleGraph } from '../graph.ts';
import type { Rule } from './rule.ts';
import type { Found } from './subject.ts';
import { allows, quoted } from './violation.ts';

/**
 * What makes a role as good as a superuser without the attribute: access to the system's own functions and tables, which
 * read files and verifiers, parameters by which a server or session loads code, and settings that only superusers have.
 */
export function systemBounds(rule: Rule, { grants, roles, ownerships }: RoleGraph): Found[] {
  const { forbidden_attributes: forbidden = [] } = rule;
  if (!forbidden.includes('superuser')) return [];
  const allowed = allows('forbidden_attributes', forbidden);
  const found = [
    ...grants.flatMap((grant) => grantFound(rule, grant)),
    ...ownerships
      .filter(({ object }) => isSystem(rule, object))
      .map(({ object }) => `gives away ${object.type}s in schema ${systemSchema}`),
    ...roles.flatMap(({ name, config, databaseConfig }) =>
      Object.keys({ ...config, ...databaseConfig })
        .filter((parameter) => superuserSettings.has(parameter) && !has(rule.settings, parameter))
        .map((parameter) => `sets ${parameter} of role ${quoted(name)}`),
    ),
  ];
  return found.map((what) => ({ what: `${what}, which is as good as superuser`, allowed }));
}

const systemSchema = 'pg_catalog';

function grantFound(rule: Rule, { ensure, object, privileges, role }: GrantSpec): string[] {
  if (ensure === 'absent') return [];
  if (isSystem(rule, object)) return [`grants to role ${quoted(role)} in schema ${systemSchema}`];
  if (object.type !== 'parameter' || has(rule.object_types, 'parameter')) return [];
  const parameter = object.name.toLowerCase();
  return privileges
    .filter((privilege) => privilege === 'ALTER SYSTEM' || superuserSettings.has(parameter))
    .map((privilege) => `grants ${privilege} on parameter ${quoted(parameter)}`);
}

/** USAGE on the system's schema is everyone's. */
function isSystem({ schemas }: Rule, { type, schema, name }: GrantSpec['object']): boolean {
  const where = type === 'schema' ? name : schema;
  return where === systemSchema && !has(schemas, systemSchema);
}

/** Which a rule names in full. A pattern that happens to match is no decision about it. */
function has(list: readonly string[] | undefined, name: string): boolean {
  return list?.includes(name) === true;
}

/** Parameters of superusers by which sessions load code, or pass over checks of privileges. */
const superuserSettings: ReadonlySet<string> = new Set([
  'allow_system_table_mods',
  'dynamic_library_path',
  'extension_control_path',
  'jit_provider',
  'lo_compat_privileges',
  'session_preload_libraries',
  'session_replication_role',
]);
