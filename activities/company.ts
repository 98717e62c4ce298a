import { createHash } from 'node:crypto';
import type { ResourceRef } from '../core/document/document.ts';
import type { ServerFacts } from '../core/live.ts';
import { defaultZone } from '../core/manifest/zone.ts';
import type { DatabaseIdentity } from '../postgres/contract.ts';
import { refText } from '../sources/resource-name.ts';

/**
 * Remembers which policies this worker has checked on each database, so that those can share their checks. Only
 * policies of one namespace do: a server can report any identity, and then be slow, which would delay the others.
 */
export interface Company {
  /** Notes a check. Returns the ID of the shared check to join, or undefined if the policy is alone. */
  readonly met: (
    visitor: Visitor,
    identity: DatabaseIdentity,
    role: Pick<ServerFacts, 'login' | 'user'>,
  ) => string | undefined;
  /** The policy does not exist any more. */
  readonly parted: (ref: ResourceRef) => void;
}

interface Visitor {
  readonly ref: ResourceRef;
  readonly intervalSeconds: number;
  /** The shared check that the policy is a member of. */
  readonly former: string | undefined;
  /** The zone whose worker checks the policy. */
  readonly zone: string;
}

/** A policy that was not checked for two intervals and this time is no company any more. */
const graceMs = 15_000;

/** A shared check keeps its members in one payload of its history. */
const mostMembers = 250;

/** Policies remembered. After that, it starts over: members keep their shared check. */
const mostVisits = 20_000;

export function companyOf(now: () => Date): Company {
  const visits = new Map<string, Visit>();
  return {
    parted(ref) {
      visits.delete(refText(ref));
    },
    met({ ref, intervalSeconds, former, zone }, { server, database }, { login, user }) {
      // No secret, because the ID of a workflow is not encrypted.
      const zones = zone === defaultZone ? [] : [zone];
      const place = digest([ref.namespace, server, database, login, user, ...zones]);
      const moment = now().getTime();
      const untilMs = moment + intervalSeconds * 2_000 + graceMs;
      if (visits.size >= mostVisits) visits.clear();
      visits.set(refText(ref), { place, untilMs });
      const count = countAt(visits, place, moment);
      // This worker may be new, or may see few of the policies.
      if (former?.startsWith(place) === true) return former;
      if (count < 2) return undefined;
      const parts = Math.ceil(count / mostMembers);
      return parts === 1 ? place : `${place}-${String(partOf(ref, parts))}`;
    },
  };
}

/** The last check of a policy. */
interface Visit {
  /** Hash of the namespace, the database and the role that is used there. */
  readonly place: string;
  readonly untilMs: number;
}

/** Counts the policies at a place, and forgets all that were not checked for long. */
function countAt(visits: Map<string, Visit>, wanted: string, nowMs: number): number {
  let count = 0;
  for (const [name, { place, untilMs }] of visits) {
    if (untilMs < nowMs) visits.delete(name);
    else if (place === wanted) count += 1;
  }
  return count;
}

function partOf(ref: ResourceRef, parts: number): number {
  return Number.parseInt(digest([refText(ref)]).slice(0, 8), 16) % parts;
}

function digest(texts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, 16);
}
