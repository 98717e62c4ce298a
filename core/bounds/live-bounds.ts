import type { Live } from '../live.ts';
import type { Refusal } from '../refusal.ts';
import { refusalOf } from './check.ts';
import { connectedRoleBounds } from './connected-role-bounds.ts';
import { powerBounds } from './power-bounds.ts';
import type { Rule } from './rule.ts';

/**
 * Checks bounds after the server has reported the connected role and the memberships. A policy that is being deleted
 * only revokes, which was checked earlier.
 */
export function liveRefusal(
  rules: readonly Rule[],
  { graph, reach, server, mode }: Live,
): Refusal | undefined {
  if (mode === 'revoke') return undefined;
  const point = { user: server.login, role: server.user };
  return refusalOf(rules, (rule) => [
    ...connectedRoleBounds(rule, { graph }, point),
    ...powerBounds(rule, {
      graph,
      reach,
      connected: [server.login, server.user],
      losesAttributes: mode !== 'additive',
    }),
  ]);
}
