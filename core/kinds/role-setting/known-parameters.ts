import { nearest } from '../../nearest.ts';
import type { GroupNames, PgMajor } from '../../live.ts';
import { Refusal } from '../../refusal.ts';

const prefix = 'setting ';

/**
 * The group under which the inspection asks the server for a parameter. Parameters with a dot belong to extensions,
 * which may not be loaded, so they have no group.
 */
export function parameterGroup(parameter: string): string | undefined {
  return parameter.includes('.') ? undefined : `${prefix}${parameter.toLowerCase()}`;
}

/**
 * For each requested parameter, its own name. If the server does not know the parameter, all parameters that it knows.
 */
export const parametersSql = (pg: PgMajor): string => `
    SELECT w.group_key, COALESCE(s.name, p.name) AS name
      FROM wanted_group w
     CROSS JOIN LATERAL (SELECT pg_catalog.substr(w.group_key, ${String(prefix.length + 1)})) AS p (name)
      LEFT JOIN pg_catalog.pg_settings s ON NOT (${pg >= 15 ? isKnown : isKnownBefore15})
     WHERE pg_catalog.starts_with(w.group_key, '${prefix}')`;

/**
 * This function also knows parameters that pg_settings does not show. Source: PostgreSQL manual, 9.27 System
 * Information Functions.
 */
const isKnown = 'pg_catalog.pg_settings_get_flags(p.name) IS NOT NULL';

/**
 * Version 14 lacks that function, so a role that cannot read all settings cannot find out. Source: GUC_NO_SHOW_ALL in
 * guc.c.
 */
const isKnownBefore15 = `
               p.name IN ('role', 'session_authorization', 'seed', 'is_superuser')
               OR p.name IN (SELECT pg_catalog.lower(k.name) FROM pg_catalog.pg_settings k)
               OR NOT pg_catalog.pg_has_role('pg_read_all_settings', 'MEMBER')`;

/** Throws Refusal `MissingDatabaseObject` for a parameter that the server does not have. */
export function refuseUnknown(role: string, parameter: string, names: GroupNames): void {
  const known = names.get(parameterGroup(parameter) ?? '');
  if (known === undefined || known.some((name) => name.toLowerCase() === parameter.toLowerCase()))
    return;
  const near = nearest(parameter, known);
  const meant = near === undefined ? '' : ` (did you mean ${near}?)`;
  throw new Refusal(
    'MissingDatabaseObject',
    `the server has no configuration parameter ${JSON.stringify(parameter)}, which the policy sets for role ${JSON.stringify(role)}${meant}`,
    'Correct it in config or database_config of the role or profile. A parameter of an extension has a dot in its name.',
  );
}
