import type { RoleSpec } from './graph.ts';

/** Settings that make a session start as the role that they name. */
export const becoming = ['role', 'session_authorization'];

/** The roles that the settings of a role make its sessions start as. */
export function sessionRolesOf({
  config,
  databaseConfig,
}: Pick<RoleSpec, 'config' | 'databaseConfig'>): string[] {
  return [config, databaseConfig]
    .flatMap((settings) => becoming.flatMap((parameter) => settings?.[parameter] ?? []))
    .filter((target) => target.toLowerCase() !== 'none');
}
