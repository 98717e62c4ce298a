import { Refusal } from './refusal.ts';

interface Limit {
  readonly most: number;
  /** What the limit counts, as the end of "more than 4,096 ...". */
  readonly what: string;
  /** The hint: what the user can do about it. */
  readonly advice: string;
}

const bySchema =
  'Split the policy by schema: let each policy declare some of the schemas, with their profiles and grants.';
const byRole = 'Split the policy by role: let each policy declare some of the roles.';
const shorterFile = 'Split the file: put fewer policies into each file.';

/**
 * The largest policy that pgwarden accepts. Worker, watcher and command line all check the limits before any work that
 * grows with the counted things, so that no policy uses up the time or memory of others.
 */
export const limits = {
  fileBytes: { most: 4_194_304, what: 'bytes in one file', advice: shorterFile },
  documents: { most: 5_000, what: 'documents in one file', advice: shorterFile },
  yamlErrors: { most: 1_000, what: 'YAML errors in one file', advice: 'Fix the YAML.' },
  depth: {
    most: 64,
    what: 'levels of nested lists and maps',
    advice: 'Write the document with less nesting: no field of a policy needs that much.',
  },
  aliases: {
    most: 1_000,
    what: 'YAML anchors and aliases in one document',
    advice: 'Write the values out, or bind a profile.',
  },
  values: {
    most: 500_000,
    what: 'values in one document (aliases count as often as they are used)',
    advice: bySchema,
  },
  roles: { most: 25_000, what: 'roles (declared and generated)', advice: byRole },
  schemas: { most: 10_000, what: 'schemas', advice: bySchema },
  grants: {
    most: 100_000,
    what: 'grants (a profile counts once for each schema that binds it, and each column by itself)',
    advice: bySchema,
  },
  defaultPrivileges: {
    most: 50_000,
    what: 'default privileges (a profile counts once for each schema that binds it, and each owner by itself)',
    advice: bySchema,
  },
  privileges: {
    most: 250_000,
    what: 'privileges (over all grants and default privileges)',
    advice: bySchema,
  },
  memberships: { most: 25_000, what: 'memberships', advice: byRole },
  ownership: { most: 25_000, what: 'entries of ownership', advice: bySchema },
  retirements: {
    most: 1_000,
    what: 'retirements',
    advice: 'Retire fewer roles at a time.',
  },
  settings: {
    most: 100_000,
    what: 'settings of roles (those of a profile count once for each schema that binds it)',
    advice: byRole,
  },
  textBytes: {
    most: 16_777_216,
    what: 'bytes of settings, role patterns and names of objects (a profile counts once for each schema that binds it)',
    advice: bySchema,
  },
  facts: {
    most: 1_000_000,
    what: 'privileges on the objects of one type that its wildcards and names match (alike objects count once)',
    advice: 'Grant to a group and make the roles members of it, or split the policy by schema.',
  },
  bounds: {
    most: 5_000,
    what: 'rules in one file of bounds',
    advice: 'Write one rule for several namespaces.',
  },
} as const satisfies Readonly<Record<string, Limit>>;

type LimitName = keyof typeof limits;

/** A limit that is exceeded, and the count that exceeds it. */
export interface Excess {
  readonly limit: LimitName;
  /** The count. Undefined if counting stopped at the limit. */
  readonly count?: number;
}

export type Counts = Partial<Readonly<Record<LimitName, number>>>;

/** The first of the counts that is over its limit. */
export function excessIn(counts: Counts): Excess | undefined {
  const names = Object.keys(limits).filter(isLimit);
  const limit = names.find((name) => (counts[name] ?? 0) > limits[name].most);
  return limit === undefined ? undefined : { limit, count: counts[limit] ?? 0 };
}

/** Refusal `PolicyTooLarge`. `where` is the document or file. */
export function tooLarge(where: string, { limit, count }: Excess): Refusal {
  const { most, what, advice } = limits[limit];
  const text =
    count === undefined
      ? `has more than ${shown(most)} ${what}`
      : `has ${shown(count)} ${what}; the limit is ${shown(most)}`;
  return new Refusal('PolicyTooLarge', `${where} ${text}`, advice);
}

function isLimit(name: string): name is LimitName {
  return name in limits;
}

/** 2,720,000 */
function shown(count: number): string {
  return count.toLocaleString('en-US');
}
