import { membershipOptionsSince } from '../../membership-options.ts';
import type { Way } from '../../way.ts';
import type { Lack, Need } from '../../need.ts';
import type { Edit } from '../../fact.ts';
import type { Live } from '../../live.ts';
import { providerOf } from '../../authority/provider.ts';
import { quoteIdentifier } from '../../sql.ts';
import { plainRole } from '../../plain-role.ts';
import type { RoleFact } from './fact.ts';

export type Power = 'CREATEROLE' | 'CREATEDB' | 'REPLICATION' | 'BYPASSRLS' | 'SUPERUSER';

/**
 * The attributes that a role without SUPERUSER lacks to create or alter a role. pgwarden sends only attributes that
 * differ, so only those matter. Source: CreateRole() and AlterRole() in user.c.
 */
export function lacksForRole(edit: Edit<RoleFact>, live: Live): Lack[] {
  const before = edit.op === 'alter' ? edit.from.state : plainRole;
  const { state } = edit.fact;
  const changed = (['createdb', 'replication', 'bypassrls'] as const).filter(
    (attribute) => state[attribute] !== before[attribute],
  );
  const powers: readonly Power[] = [
    'CREATEROLE',
    ...(state.superuser || isForSuperusers(before, live) ? (['SUPERUSER'] as const) : []),
    ...changed.flatMap((attribute) => powerOver(attribute, live) ?? []),
  ];
  return [...new Set(powers)].flatMap((power) => lacking(power, live));
}

function isForSuperusers(
  before: Pick<RoleFact['state'], 'superuser' | 'replication'>,
  { server }: Live,
) {
  return before.superuser || (before.replication && server.major < membershipOptionsSince);
}

/** Up to 15, only a superuser changes some attributes. From 16 on, a role changes the attributes that it has itself. */
function powerOver(
  attribute: 'createdb' | 'replication' | 'bypassrls',
  { server }: Live,
): Power | undefined {
  if (server.major < membershipOptionsSince)
    return attribute === 'createdb' ? undefined : 'SUPERUSER';
  return ({ createdb: 'CREATEDB', replication: 'REPLICATION', bypassrls: 'BYPASSRLS' } as const)[
    attribute
  ];
}

/** What the connected role lacks to set a password or a setting of a role, or to drop the role. */
export function lacksToAlterRole(live: Live): Lack[] {
  return lacking('CREATEROLE', live);
}

/** From 16 on, ADMIN OPTION on the role, which its creator has. A role needs no ADMIN OPTION on itself. */
export function takenByRole(role: string, { server }: Live): Need[] {
  if (server.major < membershipOptionsSince || role === server.user) return [];
  return [{ role, right: 'admin' }];
}

/** The given role attribute, if the connected role lacks it. */
export function lacking(power: Power, { rights, server }: Live): Lack[] {
  if (server.superuser || rights.attributes.includes(power)) return [];
  const user = quoteIdentifier(server.user);
  const provider = providerOf(rights);
  if (provider === undefined || power === 'CREATEROLE' || power === 'CREATEDB')
    return [{ what: power, remedy: `run ALTER ROLE ${user} ${power}` }];
  const stand =
    power === 'SUPERUSER' || power === 'REPLICATION' ? provider.instead[power] : undefined;
  const membership = stand === undefined ? '' : `, and declare a membership in ${stand} instead`;
  const why = `which ${provider.name} gives to no role`;
  return [{ what: power, remedy: `leave ${power}, ${why}, out of the policy${membership}` }];
}

/** Up to 15, INHERIT is an attribute of the member. */
export function leftOfRole(edit: Edit<RoleFact>, way: Way, { server }: Live): Way | undefined {
  const { id, state } = edit.fact;
  const isTaken = server.major < membershipOptionsSince && edit.op === 'alter' && !state.inherit;
  if (way.via !== 'member' || way.member !== id.name || !isTaken || !way.inherit) return way;
  return { ...way, inherit: false };
}
