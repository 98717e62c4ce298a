import { membershipOptionsSince } from '../membership-options.ts';
import { roleName } from '../catalog/role-name.ts';
import { routineName } from '../catalog/routine-name.ts';
import type { PgMajor } from '../live.ts';

/**
 * An event trigger that runs in pgwarden's sessions, with the connected role's rights. The owner of its function
 * decides what it does.
 */
export interface EventTrigger {
  readonly database: string;
  readonly trigger: string;
  /** The function with its argument types, as SQL. */
  readonly function: string;
  readonly owner: string;
  /** Roles that can act as pgwarden's login anyway. They may own the function. */
  readonly trusted: readonly string[];
}

/**
 * The event triggers of a database, and the roles that may replace their functions because they gain nothing by it.
 *
 * The function runs with the rights of the role that changes access, and can switch from the role of setRole back to
 * the login. SECURITY DEFINER does not protect against this, because the owner of the function can remove it. Disabled
 * triggers and replica triggers never run in pgwarden's sessions.
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
           WHERE t.evtenabled IN ('O', 'A'))`;

/** A superuser has all of these options. */
const waysToOurRights = (pg: PgMajor): string[] => [
  'USAGE',
  pg >= membershipOptionsSince ? 'SET' : 'MEMBER',
  'MEMBER WITH ADMIN OPTION',
];

const actsAsLogin = (way: string): string =>
  `pg_catalog.pg_has_role(r.oid, SESSION_USER, '${way}')`;
