import { visible } from './control-characters.ts';

/**
 * Something about access that a person should know and that this policy does not change: access of the policy's roles
 * outside its coverage, or access that the connected role cannot revoke.
 */
export interface Finding {
  readonly code: FindingCode;
  /** The role that has the access. */
  readonly role: string;
  /** One sentence: which role has which access to what, and who can change it. */
  readonly message: string;
}

/**
 * `OutsidePolicy`: access outside the policy's coverage; not drift. `Unrevocable`: undeclared access that only someone
 * else can revoke; drift that stays. `CodeNotAdopted`: an object that keeps its owner although a wildcard declares
 * another, because it would run code of other roles with that owner's rights; drift that stays. `ConflictingPolicy`:
 * another policy claims what a policy in mode plan declares; not drift. `VerifierOutdated`: the verifier in a Secret
 * does not match the password in it; not drift.
 */
export const findingCodes = [
  'OutsidePolicy',
  'Unrevocable',
  'CodeNotAdopted',
  'ConflictingPolicy',
  'VerifierOutdated',
] as const;

type FindingCode = (typeof findingCodes)[number];

/** Findings as histories and statuses store them: their number, and the first of them. */
export interface FindingReport {
  readonly total: number;
  /** The number of findings that are drift. The name is older than the second code of that sort. */
  readonly unrevocable: number;
  /** Findings that are drift come first. */
  readonly first: readonly Finding[];
}

const mostReported = 20;
const longestMessage = 300;

/**
 * Undefined when there are no findings. Contains at most 20 findings of 300 characters, so that a history stays small.
 */
export function findingReport(found: readonly Finding[]): FindingReport | undefined {
  const findings = distinctFindings(found);
  if (findings.length === 0) return undefined;
  const drift = findings.filter(isDrift);
  const first = [...drift, ...findings.filter((finding) => !isDrift(finding))];
  return {
    total: findings.length,
    unrevocable: drift.length,
    first: first.slice(0, mostReported).map((finding) => ({
      ...finding,
      message: shortened(visible(finding.message)),
    })),
  };
}

/** Each finding once. Several objects, grantors or statements can have the same one. */
export function distinctFindings(findings: readonly Finding[]): Finding[] {
  const byText = new Map(
    findings.map((finding) => [`${finding.code}\0${finding.role}\0${finding.message}`, finding]),
  );
  return [...byText.values()];
}

/** Whether a finding is a difference from the policy. */
export function isDrift({ code }: Finding): boolean {
  return code === 'Unrevocable' || code === 'CodeNotAdopted';
}

function shortened(message: string): string {
  return message.length <= longestMessage ? message : `${message.slice(0, longestMessage - 1)}…`;
}
