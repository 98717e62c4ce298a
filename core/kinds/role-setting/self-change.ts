import type { Edit } from '../../fact.ts';
import type { Live } from '../../live.ts';
import { Refusal } from '../../refusal.ts';
import { quoteIdentifier } from '../../sql.ts';
import type { RoleSettingFact } from './fact.ts';

/** Settings by which sessions may fail to start: a library that is not there ends them. */
const preloading = ['session_preload_libraries', 'local_preload_libraries'];

/** A setting of the role that logs in must not keep it out: nothing could mend that later. Others do not touch us. */
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
    'Leave that setting out for that role, and make it by hand where a session that fails can be mended.',
  );
}
