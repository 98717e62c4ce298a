import type { ObjectGroup } from '../../../acl.ts';
import type { Finding } from '../../../finding.ts';
import type { Live } from '../../../live.ts';
import type { Statement } from '../../../statement.ts';
import { quoteIdentifier } from '../../../sql.ts';
import type { GrantFact } from '../fact.ts';
import type { GrantKind } from '../object-grant.ts';

/**
 * SQL for the grantors of entries on column `a` of relation `c` that no longer have the option, as `objectGroup.lost` expects
 * them. No role can revoke what such a grantor granted, not even the owner, because it is not the owner's grant. The
 * grantor can, once it has the option again: on the relation, if it has the privilege on no column that would be revoked
 * with it; otherwise on the column, if it granted nothing to others there.
 * Source: ExecGrant_Relation() and select_best_grantor() in aclchk.c.
 */
export const lostOptions = `
             (SELECT json_agg(json_build_object(
                       'grantor', pg_catalog.pg_get_userbyid(l.grantor), 'privilege', l.privilege_type,
                       'by', CASE WHEN NOT EXISTS (
                               SELECT FROM pg_catalog.pg_attribute u CROSS JOIN LATERAL pg_catalog.aclexplode(u.attacl) o
                                WHERE u.attrelid = c.oid AND ${ofGrantor('o')}) THEN 'relation'
                             WHEN l.grantees = 1 THEN 'column' END,
                       'keeps', EXISTS (SELECT FROM pg_catalog.aclexplode(c.relacl) o WHERE ${ofGrantor('o')} AND o.grantor = c.relowner),
                       'keepsColumn', EXISTS (SELECT FROM pg_catalog.aclexplode(a.attacl) o WHERE ${ofGrantor('o')} AND o.grantor = c.relowner)))
                FROM (SELECT e.grantor, e.privilege_type, pg_catalog.count(*) AS grantees
                        FROM pg_catalog.aclexplode(a.attacl) e
                       WHERE e.grantor <> c.relowner
                       GROUP BY 1, 2) l
               WHERE NOT EXISTS (
                       SELECT FROM (SELECT * FROM pg_catalog.aclexplode(a.attacl) UNION ALL SELECT * FROM pg_catalog.aclexplode(c.relacl)) o
                        WHERE ${ofGrantor('o')} AND o.is_grantable))`;

function ofGrantor(entry: string): string {
  return `${entry}.grantee = l.grantor AND ${entry}.privilege_type = l.privilege_type`;
}

/**
 * Statements around a revocation by a grantor that lost its option: they give it the option for that moment. `what` is the
 * privileges with their columns, and `privileges` without.
 */
export function withOption(
  { id, target }: GrantFact,
  { what, privileges, relation }: { what: string; privileges: string; relation: string },
  statement: Statement,
): Statement[] {
  const { lost, owner } = target;
  if (lost === undefined) return [statement];
  const on = `${lost.by === 'relation' ? privileges : what} ON TABLE ${relation}`;
  const grantor = quoteIdentifier(id.grantor);
  const said = { risk: 'none', affects: [id.grantor], rights: [owner] } as const;
  const option = lost.keeps ? 'GRANT OPTION FOR ' : '';
  return [
    {
      ...said,
      text: `GRANT ${on} TO ${grantor} WITH GRANT OPTION`,
      why: `${id.grantor} lost the option with which it granted what is revoked, and needs it for this transaction`,
    },
    statement,
    {
      ...said,
      text: `REVOKE ${option}${on} FROM ${grantor}`,
      why: `${id.grantor} loses the option again`,
    },
  ];
}

/** Undeclared privileges that no role can revoke without revoking what the same grantor granted to others. */
export function stuckGrants(kind: GrantKind, rows: readonly ObjectGroup[], live: Live): Finding[] {
  if (live.mode === 'additive' || rows.every(({ lost }) => !lost)) return [];
  const wanted = new Set([...kind.desired(rows, live)].map(({ id }) => kind.key(id)));
  return [...kind.observed(rows, live)].flatMap((fact) => {
    const { id, target } = fact;
    const isMeant = target.forbidden === true || live.judged.has(id.grantee);
    if (target.isStuck !== true || !isMeant || wanted.has(kind.key(id))) return [];
    const on = `${id.privilege} (${target.column ?? ''}) ON TABLE ${target.sql ?? ''}`;
    const grantor = quoteIdentifier(id.grantor);
    const script = `GRANT ${on} TO ${grantor} WITH GRANT OPTION; REVOKE ${on} FROM ${grantor} CASCADE;`;
    return [
      {
        code: 'Unrevocable',
        role: id.grantee,
        message: `${id.grantee} has undeclared ${id.privilege} on column ${target.column ?? ''} of ${target.sql ?? ''} from ${id.grantor}, whose grant option is gone; to revoke it from every role to which ${id.grantor} granted it, run: ${script}`,
      } as const,
    ];
  });
}
