import type { Edit } from '../../fact.ts';
import type { Live } from '../../live.ts';
import { Refusal } from '../../refusal.ts';
import { quoteIdentifier } from '../../sql.ts';
import type { RoleFact, RoleState } from './fact.ts';

/**
 * A policy must not lock out the connected role or the bootstrap superuser, because pgwarden could not repair that
 * afterwards.
 */
export function unsafeForOurselves(edit: Edit<RoleFact>, { server }: Live): Refusal | undefined {
  const { name } = edit.fact.id;
  const uses = usesOf(name, server);
  if (edit.op !== 'alter' || uses.length === 0) return undefined;
  const lost = lostAccess(edit.from.state, edit.fact.state).filter(
    ({ by }) => by === undefined || uses.includes(by),
  );
  if (lost.length === 0) return undefined;
  const losses = lost.map(({ what }) => what).join(' and ');
  const ours = name === server.user || name === server.login;
  const who = ours ? 'the role it connects with' : "the server's first superuser";
  return new Refusal(
    'UnsafeSelfChange',
    `under this policy ${quoteIdentifier(name)}, ${who}, ${losses}`,
    `Declare ${lost.map(({ declare }) => declare).join(', ')} for that role, or remove the role from the policy.`,
  );
}

/** What pgwarden uses a role for: to log in, or to run statements. With setRole these are two roles. */
type Use = 'login' | 'work';

function usesOf(name: string, { user, login, bootstrap }: Live['server']): readonly Use[] {
  if (name === bootstrap) return ['login', 'work'];
  return [
    ...(name === login ? (['login'] as const) : []),
    ...(name === user ? (['work'] as const) : []),
  ];
}

interface Loss {
  /** The use that the loss breaks. Undefined means both. */
  readonly by: Use | undefined;
  /** As the rest of a sentence about the role, e.g. `loses LOGIN`. */
  readonly what: string;
  readonly declare: string;
}

function lostAccess(before: RoleState, after: RoleState): readonly Loss[] {
  const uses = { login: 'login', superuser: undefined, createrole: 'work' } as const;
  const lost = (['login', 'superuser', 'createrole'] as const)
    .filter((attribute) => before[attribute] && !after[attribute])
    .map((attribute) => ({
      by: uses[attribute],
      what: `loses ${attribute.toUpperCase()}`,
      declare: `${attribute}: true`,
    }));
  const shut = before.connectionLimit !== 0 && after.connectionLimit === 0;
  const sooner = (after.validUntil ?? Infinity) < (before.validUntil ?? Infinity);
  const later = 'no password_valid_until, or a later one,';
  return [
    ...lost,
    ...(shut
      ? [{ by: 'login', what: 'can no longer connect', declare: 'connection_limit: -1' } as const]
      : []),
    ...(sooner
      ? [{ by: 'login', what: 'has a password that expires earlier', declare: later } as const]
      : []),
  ];
}
