import { setTimeout as sleep } from 'node:timers/promises';
import { foundBetween } from '../../activities/status/found.ts';
import { summaryLine } from '../../core/plan/summary.ts';
import { refText } from '../../sources/resource-name.ts';
import type { PolicyRecord, PolicySource, PolicyStatus } from '../../sources/source.ts';

/** An event of a policy that a person at the terminal wants to see. */
export interface News {
  readonly policy: string;
  readonly kind:
    'repaired' | 'applied' | 'drifted' | 'failing' | 'found' | 'ready' | 'suspended' | 'gone';
  readonly text: string;
  /** The SQL that ran, with passwords redacted. */
  readonly sql?: string;
}

/** The last known record of each policy, by name. */
type Known = ReadonlyMap<string, PolicyRecord>;

const pollEveryMs = 500;

/** Reports changes of the statuses until the signal aborts. The state at the start is not reported. */
export async function reportNews(
  source: PolicySource,
  report: (news: News) => void,
  signal: AbortSignal,
): Promise<void> {
  let before = await readAll(source);
  while (!signal.aborted) {
    const since = new Date().toISOString();
    await sleep(pollEveryMs, undefined, { signal }).catch(() => undefined);
    const after = await readAll(source).catch(() => before);
    for (const news of newsBetween(before, after, since)) report(news);
    before = after;
  }
}

async function readAll(source: PolicySource): Promise<Known> {
  const refs = await source.listPolicies();
  const records = await Promise.all(refs.map((ref) => source.readPolicy(ref)));
  return new Map(
    records.flatMap((record) => (record === undefined ? [] : [[refText(record.ref), record]])),
  );
}

/** `since` is ISO 8601. An earlier change of a policy that was deleted and created again is not new. */
export function newsBetween(before: Known, after: Known, since: string): News[] {
  const gone = [...before.keys()].filter((policy) => !after.has(policy));
  return [
    ...[...after].flatMap(([policy, record]) =>
      newsOf(policy, before.get(policy) ?? unknownUntil(record, since), record),
    ),
    ...gone.map((policy): News => ({ policy, kind: 'gone', text: 'no longer managed' })),
  ];
}

/** The earlier record of a new policy: its status can come from a deleted policy of the same name. */
function unknownUntil({ status, ...record }: PolicyRecord, since: string): PolicyRecord {
  const { last_change_time: changed = since } = status;
  const before: PolicyStatus = changed < since ? { ...status, conditions: [] } : { conditions: [] };
  return { ...record, version: '', status: before };
}

function newsOf(policy: string, before: PolicyRecord, after: PolicyRecord): News[] {
  const change = changeOf(policy, before, after);
  const verdict = verdictOf(policy, before, after);
  const news = change === undefined || verdict?.kind === 'failing' ? [change, verdict] : [change];
  return [...news.filter((each) => each !== undefined), ...foundOf(policy, before, after)];
}

/** Warnings about drift are left out, because the condition `Drifted` reports it. */
function foundOf(policy: string, before: PolicyRecord, after: PolicyRecord): News[] {
  return foundBetween(before.status, after.status)
    .filter(({ type }) => type !== 'Warning')
    .map(({ reason, message }) => ({ policy, kind: 'found', text: `${reason}: ${message}` }));
}

function changeOf(
  policy: string,
  before: PolicyRecord,
  { status, version }: PolicyRecord,
): News | undefined {
  const time = reportedChange(status);
  if (time === undefined || time === reportedChange(before.status)) return undefined;
  const { applied_sql: sql, change_summary: summary } = status;
  const known = before.status.observed_version === version;
  return {
    policy,
    kind: known ? 'repaired' : 'applied',
    text: summary === undefined ? '' : summaryLine(summary),
    ...(sql === undefined ? {} : { sql }),
  };
}

/** The time of the last change whose summary the status already contains. The summary is written a moment later. */
function reportedChange(status: PolicyStatus): string | undefined {
  const { last_change_time: changed, last_successful_reconcile_time: reported } = status;
  if (changed === undefined || reported === undefined || reported < changed) return undefined;
  return changed;
}

/** The news from the conditions, if they changed. */
function verdictOf(policy: string, before: PolicyRecord, after: PolicyRecord): News | undefined {
  const now = verdict(after);
  if (now === undefined) return undefined;
  const then = verdict(before);
  if (now.kind === then?.kind && now.text === then.text) return undefined;
  return { policy, ...now };
}

function verdict({
  status: { conditions },
}: PolicyRecord): Pick<News, 'kind' | 'text'> | undefined {
  const ready = conditions.find(({ type }) => type === 'Ready');
  const drifted = conditions.find(({ type }) => type === 'Drifted');
  if (ready === undefined) return undefined;
  if (ready.reason === 'Suspended') return { kind: 'suspended', text: ready.message };
  if (ready.status === 'False')
    return { kind: 'failing', text: `${ready.reason}: ${ready.message}` };
  if (drifted?.status === 'True') return { kind: 'drifted', text: drifted.message };
  return { kind: 'ready', text: 'in sync' };
}
