import type { Live } from '../kind.ts';
import type { Refusal } from '../refusal.ts';
import { refusalOf } from './check.ts';
import { connectedRoleBounds } from './connected-role-bounds.ts';
import { powerBounds } from './power-bounds.ts';

/**
 * What is out of bounds once the server has said who connects and which role is a member of what. A policy that goes only
 * takes back, which was looked at before.
 */
export function liveRefusal({ rules, graph, reach, server, mode }: Live): Refusal | undefined {
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
