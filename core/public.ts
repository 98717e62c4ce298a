import { quoteIdentifier } from './sql.ts';

/**
 * The grantee that means every role. It is upper case in manifests, facts and scope. No manifest can name a role
 * PUBLIC, and the inspection leaves out grants to a role of that name.
 */
export const everyone = 'PUBLIC';

/** A grantee as SQL. PUBLIC is the only one that must not be quoted. */
export function granteeSql(grantee: string): string {
  return grantee === everyone ? 'PUBLIC' : quoteIdentifier(grantee);
}
