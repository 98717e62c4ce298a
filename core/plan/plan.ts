import type { Standings } from '../authority/means.ts';
import { type AuthorizedChange, authorizeInParts } from './authorize.ts';
import { type Change, factKey, diffInParts } from './diff.ts';
import type { Live, LiveRows, GroupNames } from '../live.ts';
import { kindOf } from '../registry.ts';
import type { Effect } from '../fact.ts';
import type { PlanMode } from '../mode.ts';
import { hashChanges } from './hash.ts';
import { type ChangeSummary, summarizeInParts } from './summary.ts';
import { distinct } from '../distinct.ts';
import { type Finding, distinctFindings } from '../finding.ts';
import {
  desiredByKind,
  findingsOf,
  missingInParts,
  observedInParts,
  unsupportedWishes,
} from '../inspect/live-rows.ts';
import { listed } from '../listed.ts';
import { type InParts, finished } from '../parts.ts';
import { orderInParts } from './order.ts';
import { Refusal } from '../refusal.ts';
import { changesToDelay } from './ways.ts';
import { type Unrevocable, setAside } from './unrevocable.ts';
import { unrevocableFindings } from './unrevocable-findings.ts';

/** What a policy would do to a database now. */
export interface Plan {
  readonly changes: readonly AuthorizedChange[];
  readonly standings: Standings;
  /** Whether roles are dropped after all other changes, because those need the rights that the roles give. */
  readonly dropsAtEnd: boolean;
  /** Access that the policy does not allow and that this connection cannot revoke. */
  readonly unrevocable: readonly Unrevocable[];
  readonly summary: ChangeSummary;
  /** SHA-256 over what the changes mean: equal for equal changes, whatever salt or version a password gets. */
  readonly hash: string;
  /** Number of changes that pgwarden makes without seeing whether they are needed. They do not count as drift. */
  readonly uncertain: number;
  /** What a person should know and the plan does not change. The hash does not cover it. */
  readonly findings: readonly Finding[];
}

/**
 * Compares the graph with the live rows: diff, restrict by mode, authorize, order. Rendering follows in render.ts.
 * Throws Refusal `MissingDatabaseObject` when the manifest names what the server does not have, and
 * `UnsupportedServer` when only a later version has it.
 */
export function planChanges(rows: LiveRows, live: Live): Plan {
  return finished(planInParts(rows, live));
}

export function* planInParts(rows: LiveRows, live: Live): InParts<Plan> {
  yield* refuseImpossible(rows, live);
  const observed = yield* observedInParts(rows, live);
  const changes = yield* diffInParts(observed, desiredByKind(rows, live), live);
  const authorized = yield* authorizeInParts(restrictChanges(changes, live.mode), live);
  const possible = setAside(authorized, observed, live);
  yield;
  const first = yield* orderInParts(possible.changes);
  const late = changesToDelay(first, authorized.standings, live);
  yield;
  const ordered = late.size === 0 ? first : yield* orderInParts(possible.changes, late);
  const summary = yield* summarizeInParts(ordered);
  const hash = yield* hashChanges(ordered);
  const uncertain = uncertainChanges(ordered, live).length;
  yield;
  const findings = findingsOf(rows, live);
  return {
    changes: ordered,
    standings: authorized.standings,
    dropsAtEnd: late.size > 0,
    unrevocable: possible.unrevocable,
    summary,
    hash,
    uncertain,
    findings,
  };
}

/** Mode `revoke` needs no object to exist: an object that does not exist grants nothing. */
function* refuseImpossible(rows: LiveRows, live: Live): InParts<void> {
  if (live.mode === 'revoke') return;
  refuseUnsupported(rows, live);
  yield;
  refuseMissing(yield* missingInParts(rows, live), live.server.database);
}

function refuseUnsupported(rows: LiveRows, live: Live): void {
  const unsupported = unsupportedWishes(rows, live);
  if (unsupported.length === 0) return;
  throw new Refusal(
    'UnsupportedServer',
    `the server is PostgreSQL ${String(live.server.major)}, too old for ${unsupported.join(', ')}`,
    'Remove it from the policy, or upgrade the server.',
  );
}

const shownObjects = 10;

function refuseMissing(missing: readonly string[], database: string): void {
  if (missing.length === 0) return;
  throw new Refusal(
    'MissingDatabaseObject',
    `policy references objects that do not exist in target database ${JSON.stringify(database)}: ${listed(missing, shownObjects)}`,
    'Create the missing objects, remove them from the policy, or check that it points at the intended database.',
    missing,
  );
}

const allowed: Readonly<Record<PlanMode, readonly Effect[]>> = {
  authoritative: ['adds', 'changes', 'removes', 'destroys'],
  adopt: ['adds', 'changes', 'removes'],
  additive: ['adds'],
  revoke: ['removes'],
};

/** The changes that a mode allows. */
export function restrictChanges(changes: readonly Change[], mode: PlanMode): Change[] {
  return changes.filter((change) =>
    allowed[mode].includes(kindOf(change.fact.kind).effect(change)),
  );
}

/**
 * Changes that are made because pgwarden cannot see whether they are needed, such as a password that it may not read.
 * A change to something that the plan creates is always needed.
 */
function uncertainChanges(changes: readonly Change[], live: Live): Change[] {
  const created = new Set(
    changes.filter(({ op }) => op === 'create').map(({ fact }) => factKey(fact)),
  );
  return changes.filter((change) => {
    const kind = kindOf(change.fact.kind);
    if (kind.certain?.(change, live) ?? true) return false;
    return !kind.needs(change.fact).some(({ kind, key }) => created.has(`${kind}\0${key}`));
  });
}

/** Groups of objects whose names the plan's statements and findings need. */
export function groupsOf({ changes, unrevocable }: Plan): string[] {
  const facts = [
    ...changes.map(({ fact }) => fact),
    ...unrevocable.flatMap(({ change, onwards }) => [
      change.fact,
      ...onwards.map(({ fact }) => fact),
    ]),
  ];
  const groups = facts.flatMap((fact) => kindOf(fact.kind).group?.(fact) ?? []);
  return distinct(groups);
}

/** Adds findings about access that cannot be revoked, which need the names of the objects. */
export function withUnrevocable(plan: Plan, live: Live, names: GroupNames): Plan {
  const findings = [...plan.findings, ...unrevocableFindings(plan.unrevocable, live, names)];
  return { ...plan, findings: distinctFindings(findings) };
}
