import { Refusal } from '../core/refusal.ts';
import type { ApiClient } from '../sources/kubernetes/api/client.ts';
import { accessesTo, accessText, deniedOf } from '../sources/kubernetes/access-review.ts';
import type { NamespaceMode, WantedMode } from '../sources/kubernetes/namespace-set/report.ts';

export interface FoundMode {
  readonly mode: NamespaceMode;
  /** Why, for people. */
  readonly reason: string;
}

const namespaces = [['', 'namespaces']] as const;
const reading = accessesTo(namespaces, ['get', 'list', 'watch']);
const writing = accessesTo(namespaces, ['create', 'update', 'delete']);

/** The mode that our rights on namespaces make, as the API server tells them now. Throws Refusal when it cannot be asked. */
async function foundMode(client: ApiClient): Promise<FoundMode> {
  const denied = await deniedOf(client, [...reading, ...writing]);
  if (denied.length === 0) return { mode: 'dynamic', reason: 'we may see and change namespaces' };
  const lacks = `we may not ${accessText(denied)}`;
  const isBlind = denied.some((access) => reading.includes(access));
  return { mode: isBlind ? 'disabled' : 'readonly', reason: lacks };
}

/** What the mode that was asked for comes to. One that takes rights we do not have becomes what our rights allow. */
export async function modeNow(client: ApiClient, wanted: WantedMode): Promise<FoundMode> {
  if (wanted === 'all' || wanted === 'disabled') return asAsked(wanted);
  const found = await foundMode(client);
  if (wanted === 'readonly' && found.mode === 'dynamic') return asAsked(wanted);
  return found;
}

function asAsked(mode: NamespaceMode): FoundMode {
  return { mode, reason: 'it was asked for' };
}

/** Throws Refusal `NamespaceRightsMissing` where a mode was asked for and takes rights we do not have. */
export async function requireMode(client: ApiClient, wanted: WantedMode): Promise<void> {
  if (wanted !== 'dynamic' && wanted !== 'readonly') return;
  const needed = wanted === 'dynamic' ? [...reading, ...writing] : reading;
  const denied = await deniedOf(client, needed);
  if (denied.length === 0) return;
  throw new Refusal(
    'NamespaceRightsMissing',
    `namespaces.mode is ${wanted}, but our ServiceAccount may not ${accessText(denied)}`,
    'Grant it these rights by a ClusterRole, as the chart does, or choose the mode auto.',
  );
}
