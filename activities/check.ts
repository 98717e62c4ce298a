import { reconciling } from './status/reconciling.ts';
import { zoneOf } from '../core/manifest/zone.ts';
import { Refusal } from '../core/refusal.ts';
import { checkDatabase } from '../postgres/check.ts';
import { missingSecret, secretsUsed } from '../sources/secrets-used.ts';
import type { CheckResult } from '../postgres/contract.ts';
import type { PolicyRecord, PolicyStatus } from '../sources/source.ts';
import { isUnreconciled } from '../sources/unreconciled.ts';
import type { Attempt } from './attempt.ts';
import { refusalAsData, refusedBy } from './boundary.ts';
import { claimDigest } from './claims.ts';
import type { Company } from './company.ts';
import type { CheckOutcome, CheckRequest, LookOutcome, Mark } from './check-contract.ts';
import type { ActivityDeps } from './deps.ts';
import { keepAsAsked, leavesAsItIs, leavingSeconds } from './leaving.ts';
import { withDatabase } from './reach.ts';
import type { SecretMemory } from './secret-memory.ts';
import { recordDigest } from './status/claimed.ts';
import { connectionOf, inputsOf, type Connected } from './target.ts';
import { readyPolicy, type ReadyPolicy } from './ready-policy.ts';
import { elsewhere } from './zone.ts';

/** What a check needs in addition to its request. */
export interface Looking {
  readonly memory: SecretMemory;
  readonly attempt: Attempt;
  readonly company: Company;
  /** For a check of several policies. */
  readonly together?: Together;
}

/** What a policy's check does in common with those of other policies. */
export interface Together {
  /** The fingerprint of the policy's scope, on the policy's connection. */
  readonly fingerprint: (connected: Connected, policy: ReadyPolicy) => Promise<CheckResult>;
  /** Called if nothing has changed and nothing must be reported. */
  readonly unchanged: (record: PolicyRecord) => Promise<void>;
}

/**
 * Takes one round trip to the database when nothing has changed. The database of a suspended policy is not contacted.
 */
export function check(
  deps: ActivityDeps,
  request: CheckRequest,
  looking: Looking,
): Promise<CheckOutcome> {
  return refusalAsData(async () => {
    const record = await deps.source.readPolicy(request.ref);
    if (record === undefined) {
      looking.company.parted(request.ref);
      return { kind: 'gone' };
    }
    const outcome = await checkOrRefuse(deps, record, request, looking);
    const recorded = recordDigest(record.status);
    // A workflow started by an earlier version holds a claim but does not know whether the status
    // records it.
    const isLost = recorded === undefined && request.holds === true;
    const isMisrecorded = recorded !== request.recorded || isLost;
    return {
      ...outcome,
      ...(isMisrecorded ? { misrecorded: true } : {}),
      ...(isUntold(record, outcome) ? { untold: true } : {}),
    };
  });
}

async function checkOrRefuse(
  deps: ActivityDeps,
  record: PolicyRecord,
  request: CheckRequest,
  looking: Looking,
): Promise<LookOutcome> {
  try {
    return await checkPolicy(deps, record, request, looking);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { version } = record;
    if (record.deletedAt === undefined) return { ...refusedBy(error, intervalOf(record)), version };
    // A policy that is being deleted retries every 15 seconds and does not back off.
    const refused = refusedBy(error, leavingSeconds);
    return { ...refused, failureClass: 'refused' as const, version };
  }
}

function intervalOf({ content }: PolicyRecord): number | undefined {
  return 'spec' in content ? content.spec.interval : undefined;
}

async function checkPolicy(
  deps: ActivityDeps,
  record: PolicyRecord,
  request: CheckRequest,
  looking: Looking,
): Promise<LookOutcome> {
  if (record.deletedAt !== undefined) return checkLeaving(deps, record, request, looking);
  const { version } = record;
  await refuseWithoutRights(deps, record);
  const policy = readyPolicy(record);
  const intervalSeconds = policy.spec.interval;
  deps.metrics.lookedAt(request.ref, longestInterval(policy));
  if (policy.spec.suspend) return { kind: 'suspended', intervalSeconds, version };
  await keepAsAsked(deps, policy);
  // The announcement must be written before a refusal is returned, because it would overwrite its report.
  const [looked, announced] = await Promise.allSettled([
    look(deps, policy, request, looking),
    // In a shared check, the policy's own check announces, because only that one reports.
    looking.together === undefined ? announce(deps, record) : undefined,
  ]);
  if (looked.status === 'rejected') throw looked.reason;
  if (announced.status === 'rejected') throw announced.reason;
  const outcome = looked.value;
  if (outcome.kind !== 'unchanged') return outcome;
  if (isUntold(record, outcome)) return { ...outcome, version };
  await looking.together?.unchanged(record);
  return outcome;
}

function isUntold({ unseen, status }: PolicyRecord, { kind }: LookOutcome): boolean {
  if (isUnreconciled(status)) return true;
  return kind === 'unchanged' && (unseen === true || status.conditions.length === 0);
}

/**
 * If the status reports missing rights, the policy waits until all of them exist, including those that are rarely
 * needed.
 */
async function refuseWithoutRights({ source }: ActivityDeps, record: PolicyRecord): Promise<void> {
  if (!isUnreconciled(record.status)) return;
  const missing = await source.missingRights(record.ref.namespace);
  if (missing !== undefined) throw missing;
}

/**
 * Checks a deleted policy that still has our finalizer. The last mark does not matter: the policy is done when the
 * finalizer is removed.
 */
async function checkLeaving(
  deps: ActivityDeps,
  record: PolicyRecord,
  { ref, holds, missed }: CheckRequest,
  looking: Looking,
): Promise<LookOutcome> {
  const { version } = record;
  const spec = 'spec' in record.content ? record.content.spec : undefined;
  const outcome = leavesAsItIs({ ...record, holds: holds === true }, spec, deps.now());
  if (outcome !== undefined) return { kind: 'left', outcome, version };
  const request = { ref, fresh: true, ...(missed === undefined ? {} : { missed }) };
  const looked = await look(deps, readyPolicy(record), request, looking);
  if (looked.kind !== 'differs') return looked;
  return { ...looked, intervalSeconds: leavingSeconds, leaving: true };
}

async function look(
  deps: ActivityDeps,
  policy: ReadyPolicy,
  request: CheckRequest,
  looking: Looking,
): Promise<LookOutcome> {
  const other = await elsewhere(deps, policy, request);
  if (other !== undefined) return other;
  const { memory, attempt, together } = looking;
  const compareOn = (connected: Connected, fingerprint: Together['fingerprint']) => {
    const read = secretReader(deps, policy, connected.versions, memory);
    return compare(policy, request, { connected, fingerprint, read, company: looking.company });
  };
  return together === undefined
    ? withDatabase(deps, policy, attempt, (connected) => compareOn(connected, ownFingerprint))
    : connectionOf(deps, policy).then((connected) => compareOn(connected, together.fingerprint));
}

const ownFingerprint: Together['fingerprint'] = ({ database, rules }, { graph }) =>
  checkDatabase(database, graph, { rules });

interface Comparing extends Pick<Looking, 'company'>, Pick<Together, 'fingerprint'> {
  readonly connected: Connected;
  readonly read: SecretReader;
}

async function compare(
  policy: ReadyPolicy,
  { ref, last, fresh, shared }: CheckRequest,
  { connected, fingerprint: fingerprintOf, read, company }: Comparing,
): Promise<LookOutcome> {
  const recalled = fresh === true ? undefined : read.recalled();
  const known = recalled ?? (await read.all());
  const { identity, server, fingerprint } = await fingerprintOf(connected, policy);
  const { bounds } = connected;
  const markWith = (secrets: Versions): Mark => ({
    server: identity.server,
    inputs: inputsOf(policy, secrets, { ...server, bounds }),
    fingerprint,
  });
  const { interval, max_interval: max } = policy.spec;
  const zone = zoneOf(policy.spec);
  const visitor = { ref, intervalSeconds: longestInterval(policy), former: shared, zone };
  const common = company.met(visitor, identity, server);
  const sharing = common === undefined ? {} : { shared: common };
  const isSame = (mark: Mark) => last !== undefined && sameMark(mark, last);
  if (isSame(markWith(known))) return { kind: 'unchanged', ...sharing };
  const mark = markWith(recalled === undefined ? known : await read.all());
  if (isSame(mark)) return { kind: 'unchanged', ...sharing };
  return {
    kind: 'differs',
    mark,
    database: identity.database,
    claim: claimDigest(identity, policy.graph),
    mode: policy.spec.mode,
    intervalSeconds: interval,
    ...(max === undefined ? {} : { maxIntervalSeconds: max }),
    version: policy.record.version,
    ...sharing,
  };
}

function longestInterval({ spec }: ReadyPolicy): number {
  return spec.max_interval ?? spec.interval;
}

type Versions = Readonly<Record<string, string>>;

interface SecretReader {
  readonly all: () => Promise<Versions>;
  /** Undefined if the version of any Secret is not remembered. */
  readonly recalled: () => Versions | undefined;
}

/** Reads the versions of all Secrets of a policy. Those of its connection have been read already. */
function secretReader(
  { source }: ActivityDeps,
  { ref: { namespace }, record }: ReadyPolicy,
  connection: Versions,
  memory: SecretMemory,
): SecretReader {
  const others = secretsUsed(record.content).filter((name) => connection[name] === undefined);
  const versionOf = async (name: string) => {
    const secret = await source.readSecret({ namespace, name });
    if (secret !== undefined) memory.note({ namespace, name }, secret.version);
    return [name, secret?.version ?? missingSecret] as const;
  };
  return {
    all: async () => ({
      ...connection,
      ...Object.fromEntries(await Promise.all(others.map(versionOf))),
    }),
    recalled: () => {
      const known = others.map((name) => [name, memory.recall({ namespace, name })] as const);
      if (known.some(([, version]) => version === undefined)) return undefined;
      return { ...connection, ...(Object.fromEntries(known) as Versions) };
    },
  };
}

function sameMark(left: Mark, right: Mark): boolean {
  return (
    left.server === right.server &&
    left.inputs === right.inputs &&
    left.fingerprint === right.fingerprint
  );
}

/**
 * Sets the condition Reconciling for a new spec, so that a client that waits for it does not read the result of the
 * former spec.
 */
async function announce(
  { source, now }: Pick<ActivityDeps, 'source' | 'now'>,
  record: PolicyRecord,
): Promise<void> {
  if (record.unseen !== true) return;
  const change = (status: PolicyStatus) => reconciling(status, now());
  await source.writeStatus(record, change, record.version);
}
