import { visible } from './control-characters.ts';

/**
 * Something about access that a person should know and that this policy does not change: what a role of the policy
 * has where the policy does not look, or what the connection cannot take away.
 */
export interface Finding {
  readonly code: FindingCode;
  /** The role whose access it is. */
  readonly role: string;
  /** One sentence: who has what where, and who could change it. */
  readonly message: string;
}

/**
 * `OutsidePolicy`: access that the policy does not look at; not drift. `Unrevocable`: undeclared access that should
 * go and that only someone else can take away; it is drift that stays. `CodeNotAdopted`: an object that keeps its owner
 * though a wildcard declares another one, because it would run code of others with that one's rights; drift that stays.
 * `ConflictingPolicy`: another policy claims what a policy in mode plan declares; not drift. `VerifierOutdated`: a Secret
 * has a verifier of another password than the one it has; not drift.
 */
export const findingCodes = [
  'OutsidePolicy',
  'Unrevocable',
  'CodeNotAdopted',
  'ConflictingPolicy',
  'VerifierOutdated',
] as const;

type FindingCode = (typeof findingCodes)[number];

/** Findings as histories and statuses have them: counted, and the first of them. */
export interface FindingReport {
  readonly total: number;
  /** How many of them are drift that stays. The name is older than the second code for it. */
  readonly unrevocable: number;
  /** What is drift comes first. */
  readonly first: readonly Finding[];
}

const mostReported = 20;
const longestMessage = 300;

/** Undefined when there is nothing to tell. At most 20 findings of 300 characters, so that a history stays small. */
export function findingReport(findings: readonly Finding[]): FindingReport | undefined {
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

/** Whether a finding is a difference from the policy. */
export function isDrift({ code }: Finding): boolean {
  return code === 'Unrevocable' || code === 'CodeNotAdopted';
}

function shortened(message: string): string {
  return message.length <= longestMessage ? message : `${message.slice(0, longestMessage - 1)}…`;
}
