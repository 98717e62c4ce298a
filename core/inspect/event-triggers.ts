import { membershipOptionsSince } from '../membership-options.ts';
import { roleName } from '../catalog/role-name.ts';
import { routineName } from '../catalog/routine-name.ts';
import type { PgMajor } from '../live.ts';

/** An event trigger that runs in our sessions. The owner of its function acts with our rights. */
export interface EventTrigger {
  readonly database: string;
  readonly trigger: string;
  /** With its argument types, as SQL. */
  readonly function: string;
  readonly owner: string;
  /** Roles that could act as our login anyway, and so may own the function. */
  readonly trusted: readonly string[];
}

/**
 * The event triggers of a database, and who may replace their functions without gaining anything by it.
 *
 * The function runs with the rights of whoever changes access, and can go back from the role of setRole to the login.
 * SECURITY DEFINER is no protection, as the owner of the function can take it away. Disabled triggers, and those
 * that are only for replicas, never run in our sessions.
 */
export const eventTriggersColumn = (pg: PgMajor): string => `
         (SELECT COALESCE(pg_catalog.jsonb_agg(pg_catalog.jsonb_build_object(
                   'database', pg_catalog.current_database(), 'trigger', t.evtname,
                   'function', ${routineName('f', 'n.nspname')}, 'owner', ${roleName('f.proowner')},
                   'trusted', (SELECT COALESCE(pg_catalog.jsonb_agg(r.rolname ORDER BY r.rolname), '[]')
                                 FROM pg_catalog.pg_roles r
                                WHERE ${waysToOurRights(pg).map(actsAsLogin).join(' OR ')}))
                 ORDER BY t.evtname), '[]')
            FROM pg_catalog.pg_event_trigger t
            JOIN pg_catalog.pg_proc f ON f.oid = t.evtfoid
            JOIN pg_catalog.pg_namespace n ON n.oid = f.pronamespace
           WHERE t.evtenabled IN ('O', 'A')) AS triggers`;

/** A superuser has them all. */
const waysToOurRights = (pg: PgMajor): string[] => [
  'USAGE',
  pg >= membershipOptionsSince ? 'SET' : 'MEMBER',
  'MEMBER WITH ADMIN OPTION',
];

const actsAsLogin = (way: string): string =>
  `pg_catalog.pg_has_role(r.oid, SESSION_USER, '${way}')`;
