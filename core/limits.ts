import { Refusal } from './refusal.ts';

interface Limit {
  readonly most: number;
  /** What is counted, as the end of "more than 4,096 ...". */
  readonly what: string;
  /** What to do about it. */
  readonly advice: string;
}

const bySchema =
  'Split the policy by schema: let each policy declare some of the schemas, with their profiles and grants.';
const byRole = 'Split the policy by role: let each policy declare some of the roles.';
const shorterFile = 'Split the file: put fewer policies into each.';

/**
 * The largest policy that pgwarden takes. They are checked before the work that grows with them, by the worker, the
 * watcher and the command line alike, so that no policy takes the time or memory of the others.
 */
export const limits = {
  fileBytes: { most: 4_194_304, what: 'bytes in one file', advice: shorterFile },
  documents: { most: 5_000, what: 'documents in one file', advice: shorterFile },
  yamlErrors: { most: 1_000, what: 'YAML errors in one file', advice: 'Fix the YAML.' },
  depth: {
    most: 64,
    what: 'levels of lists and maps in each other',
    advice: 'Write the document with fewer levels: no field of a policy needs that many.',
  },
  aliases: {
    most: 1_000,
    what: 'YAML anchors and aliases in one document',
    advice: 'Write the values out, or bind a profile.',
  },
  values: {
    most: 500_000,
    what: 'values in one document (with its aliases followed)',
    advice: bySchema,
  },
  roles: { most: 25_000, what: 'roles (declared and generated)', advice: byRole },
  schemas: { most: 10_000, what: 'schemas', advice: bySchema },
  grants: {
    most: 100_000,
    what: 'grants (each profile counts for every schema that binds it, and each column by itself)',
    advice: bySchema,
  },
  defaultPrivileges: {
    most: 50_000,
    what: 'default privileges (each profile counts for every schema that binds it, and each owner by itself)',
    advice: bySchema,
  },
  privileges: {
    most: 250_000,
    what: 'privileges (each one of every grant and default privilege)',
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
    what: 'settings of roles (those of a profile count for every schema that binds it)',
    advice: byRole,
  },
  textBytes: {
    most: 16_777_216,
    what: 'bytes of settings, role patterns and names of objects (each profile counts for every schema that binds it)',
    advice: bySchema,
  },
  facts: {
    most: 1_000_000,
    what: 'privileges on the objects of one type that its wildcards and names mean (alike objects count once)',
    advice: 'Grant to a group and make the roles its members, or split the policy by schema.',
  },
  bounds: {
    most: 5_000,
    what: 'rules in one file of bounds',
    advice: 'Let one rule be about several namespaces.',
  },
} as const satisfies Readonly<Record<string, Limit>>;

type LimitName = keyof typeof limits;

/** One limit that is exceeded, and by how much. */
export interface Excess {
  readonly limit: LimitName;
  /** Counted; undefined where counting stopped at the limit. */
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
      : `has ${shown(count)} ${what}, more than the ${shown(most)} that are allowed`;
  return new Refusal('PolicyTooLarge', `${where} ${text}`, advice);
}

function isLimit(name: string): name is LimitName {
  return name in limits;
}

/** 2,720,000 */
function shown(count: number): string {
  return count.toLocaleString('en-US');
}
