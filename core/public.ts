import { quoteIdentifier } from './sql.ts';

/**
 * The grantee that means everyone. Upper case in manifests, facts and scope: no manifest can name a role so, and
 * the inspection never answers with a role of that name for it.
 */
export const everyone = 'PUBLIC';

/** A grantee as SQL: the one word that must not be quoted is PUBLIC. */
export function granteeSql(grantee: string): string {
  return grantee === everyone ? 'PUBLIC' : quoteIdentifier(grantee);
}
