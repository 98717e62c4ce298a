import { type ObjectGroup, isOwn } from '../../acl.ts';
import { meansToActAs } from '../../authority/means.ts';
import type { Finding } from '../../finding.ts';
import type { Live, PgMajor } from '../../live.ts';
import { quoteIdentifier } from '../../sql.ts';
import type { GrantableType } from '../grant/grantable-type.ts';
import { declaredOwner } from '../grant/declared-owner.ts';

/** The first version in which ALTER TYPE of a range also changes the owner of its multirange. */
const followsSince = 17;

/**
 * SELECT of rows for multiranges. Rules name only the range, and the multirange should have the owner declared for its
 * range. Append it to other rows. Source: AlterTypeOwner_oid() in typecmds.c.
 */
export const multirangeOwners = (pg: PgMajor): string =>
  pg >= followsSince
    ? ''
    : `
     UNION ALL
    SELECT json_build_object('kind', 'object_owner', 'multirange', jsonb_build_object(
             'schema', s.name, 'name', CASE WHEN n.oid = s.oid THEN m.typname::text ELSE pg_catalog.format('%I.%I', n.nspname, m.typname) END,
             'names', jsonb_build_array('type ' || t.typname), 'subtype', 'type',
             'sql', pg_catalog.format('%I.%I', n.nspname, m.typname), 'group', NULL,
             'owner', pg_catalog.pg_get_userbyid(m.typowner), 'count', 1, 'acl', jsonb_build_array()))
      FROM pg_catalog.pg_range g
      JOIN pg_catalog.pg_type t ON t.oid = g.rngtypid
      JOIN pg_catalog.pg_type m ON m.oid = g.rngmultitypid
      JOIN pg_catalog.pg_namespace n ON n.oid = m.typnamespace
      JOIN scope_schema s ON s.oid = t.typnamespace
     WHERE s.name IN (SELECT o.schema FROM scope_ownership o) AND ${isOwn('pg_type', 't.oid')}`;

interface Multirange {
  readonly type: GrantableType;
  readonly group: ObjectGroup;
  readonly isMultirange?: true;
}

/**
 * A multirange is not declared by name. If the connected role cannot change its owner, the range changes owners without
 * it.
 */
export function staysBehind({ group, isMultirange }: Multirange, live: Live): boolean {
  if (isMultirange !== true) return false;
  const means = meansToActAs(group.owner, live, new Set());
  return means === undefined || means === 'taken on';
}

export function multirangeBehind(one: Multirange, live: Live): Finding[] {
  const { type, group } = one;
  if (!staysBehind(one, live)) return [];
  const declared = declaredOwner(type, group, live);
  if (declared === undefined || declared === group.owner) return [];
  const [owner, wanted, us] = [group.owner, declared, live.server.user].map(quoteIdentifier);
  const statement = `ALTER TYPE ${group.sql ?? ''} OWNER TO ${wanted ?? ''};`;
  return [
    {
      code: 'OutsidePolicy',
      role: declared,
      message: `multirange type ${group.sql ?? ''} keeps owner ${owner ?? ''} while its range gets owner ${wanted ?? ''}, because ${us ?? ''} does not have the rights of its owner; run ${statement}`,
    },
  ];
}
