import type { Edit } from '../../fact.ts';
import type { Live } from '../../live.ts';
import { Refusal } from '../../refusal.ts';
import { quoteIdentifier } from '../../sql.ts';
import type { RoleSettingFact } from './fact.ts';

/** Settings that can make sessions fail to start: a missing library ends the session. */
const preloading = ['session_preload_libraries', 'local_preload_libraries'];

/**
 * A setting must not prevent the connected role from logging in, because pgwarden could not repair that afterwards.
 * Settings of other roles do not affect its sessions.
 */
export function unsafeForOurSessions(
  { op, fact }: Edit<RoleSettingFact>,
  { server }: Live,
): Refusal | undefined {
  const { role } = fact.id;
  if (op === 'drop' || role !== server.login) return undefined;
  const parameter = fact.id.parameter.toLowerCase();
  if (!preloading.includes(parameter)) return undefined;
  return new Refusal(
    'UnsafeSelfChange',
    `the policy sets ${parameter} for the sessions of ${quoteIdentifier(role)}, the role it connects with`,
    'Remove that setting for that role from the policy. Set it by hand, from a session in which you can undo it.',
  );
}
