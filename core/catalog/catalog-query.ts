import type { PgMajor } from '../live.ts';
import type { Scope } from './scope.ts';

/**
 * A catalog read: a SELECT of one `json` column, an object with the inspector's name under `kind`.
 * It may use the CTEs of inspection.ts. Inspectors that share one query share this value, and it runs once.
 */
export interface CatalogQuery {
  sql(pg: PgMajor, scope: Scope): string;
  /** Whether it can return rows for a scope. Without it, it always can. The server plans no query that cannot. */
  concerns?(scope: Scope): boolean;
  /** SELECT of `group_key` and `name` (as SQL) of the members of the groups in CTE `wanted_group`. */
  members?(pg: PgMajor): string;
}
