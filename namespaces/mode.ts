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

/** The mode that our current rights on namespaces allow. Throws Refusal when the API server does not respond. */
async function foundMode(client: ApiClient): Promise<FoundMode> {
  const denied = await deniedOf(client, [...reading, ...writing]);
  if (denied.length === 0)
    return { mode: 'dynamic', reason: 'the watcher may list and change namespaces' };
  const lacks = `the watcher may not ${accessText(denied)}`;
  const isBlind = denied.some((access) => reading.includes(access));
  return { mode: isBlind ? 'disabled' : 'readonly', reason: lacks };
}

/** The effective mode: the configured one, or what our rights allow if it needs more rights than we have. */
export async function modeNow(client: ApiClient, wanted: WantedMode): Promise<FoundMode> {
  if (wanted === 'all' || wanted === 'disabled') return asConfigured(wanted);
  const found = await foundMode(client);
  if (wanted === 'readonly' && found.mode === 'dynamic') return asConfigured(wanted);
  return found;
}

function asConfigured(mode: NamespaceMode): FoundMode {
  return { mode, reason: 'it is configured' };
}

/** Throws Refusal `NamespaceRightsMissing` if the configured mode needs rights that we do not have. */
export async function requireMode(client: ApiClient, wanted: WantedMode): Promise<void> {
  if (wanted !== 'dynamic' && wanted !== 'readonly') return;
  const needed = wanted === 'dynamic' ? [...reading, ...writing] : reading;
  const denied = await deniedOf(client, needed);
  if (denied.length === 0) return;
  throw new Refusal(
    'NamespaceRightsMissing',
    `namespaces.mode is ${wanted}, but the watcher's ServiceAccount may not ${accessText(denied)}`,
    'Grant it these rights with a ClusterRole, as the chart does, or set namespaces.mode to auto.',
  );
}
