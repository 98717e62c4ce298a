import type { RoleSpec } from './graph.ts';

/** Settings by which sessions begin as the role that they name. */
export const becoming = ['role', 'session_authorization'];

/** The roles that the settings of a role start its sessions as. */
export function sessionRolesOf({
  config,
  databaseConfig,
}: Pick<RoleSpec, 'config' | 'databaseConfig'>): string[] {
  return [config, databaseConfig]
    .flatMap((settings) => becoming.flatMap((parameter) => settings?.[parameter] ?? []))
    .filter((target) => target.toLowerCase() !== 'none');
}
