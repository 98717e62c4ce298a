import fc from 'fast-check';

/** Who connects: `postgres`, a superuser, or `manager`, who has CREATEROLE and owns what there is to grant on. */
export type Actor = 'postgres' | 'manager';

/** As a person writes it: sections of plain data. */
export interface Manifest {
  readonly coverage?: string;
  readonly profiles?: Readonly<Record<string, Section>>;
  readonly schemas: readonly (Section & {
    readonly name: string;
    readonly profiles?: readonly string[];
  })[];
  readonly roles: readonly (Section & { readonly name: string })[];
  readonly grants: readonly (Section & { readonly role: string })[];
  readonly default_privileges: readonly (Section & {
    readonly owner: string;
    readonly grant: readonly (Section & { readonly role: string })[];
  })[];
  readonly memberships: readonly {
    readonly role: string;
    readonly members: readonly (Section & { readonly name: string })[];
  }[];
  readonly retirements: readonly (Section & { readonly role: string })[];
}

type Section = Readonly<Record<string, unknown>>;

/** Schemas that are there before. `fresh` is not, and may be declared. */
export const schemas = ['app', 'shop', 'Odd "place"; --', 'void'] as const;
const withObjects = schemas.filter((name) => name !== 'void');

/** Roles that manifests declare, in the order groups come before their members. */
export const ownRoles = ['ana', 'Ben "B"', "carl'; --", 'dev-ro'] as const;

const anySchema = fc.constantFrom(...schemas);

/** What can be said of objects, by the manifest's word for them. */
const objects: Readonly<
  Record<string, { names: readonly string[]; privileges: readonly string[] }>
> = {
  table: {
    names: ['*', 'plain', 'Odd " table; --', 'parted', 'parted_one', 'far'],
    privileges: ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'],
  },
  view: { names: ['*', 'seen'], privileges: ['SELECT', 'INSERT'] },
  materialized_view: { names: ['*', 'stored'], privileges: ['SELECT'] },
  sequence: { names: ['*', 'counter', 'plain_id_seq'], privileges: ['USAGE', 'SELECT', 'UPDATE'] },
  function: {
    names: [
      '*',
      'twice(int)',
      'twice(x int4 = 5)',
      'twice(VARIADIC words text[])',
      'Now; --',
      'total(int4)',
    ],
    privileges: ['EXECUTE'],
  },
  type: { names: ['*', 'mood', 'pair', 'amount'], privileges: ['USAGE'] },
};

const grantee = fc.constantFrom(...ownRoles, 'outsider');

const some = (privileges: readonly string[]): fc.Arbitrary<string[]> =>
  fc.subarray([...privileges], { minLength: 1 });

const objectGrants = Object.entries(objects).map(([type, { names, privileges }]) =>
  fc.record({
    role: grantee,
    privileges: some(privileges),
    object: fc.record({
      type: fc.constant(type),
      schema: fc.constantFrom(...withObjects),
      name: fc.constantFrom(...names),
    }),
  }),
);

const grants = fc.array(
  fc.oneof(
    ...objectGrants,
    fc.record({
      role: grantee,
      privileges: some(['CREATE', 'USAGE']),
      object: fc.record({ type: fc.constant('schema'), name: anySchema }),
    }),
    fc.record({
      role: grantee,
      privileges: some(['CREATE', 'CONNECT', 'TEMPORARY']),
      object: fc.constant({ type: 'database', name: 'property' }),
    }),
  ),
  { maxLength: 8 },
);

const role = (actor: Actor): fc.Arbitrary<Manifest['roles'][number]> =>
  fc.record(
    {
      name: fc.constantFrom(...ownRoles),
      login: fc.boolean(),
      inherit: fc.boolean(),
      createrole: fc.boolean(),
      connection_limit: fc.constantFrom(-1, 0, 5),
      comment: fc.constantFrom('one', "two's \\ $$"),
      password_valid_until: fc.constantFrom('2031-01-01T00:00:00Z', '2031-01-01T02:30:00+05:00'),
      ...(actor === 'postgres' && {
        superuser: fc.boolean(),
        createdb: fc.boolean(),
        replication: fc.boolean(),
        bypassrls: fc.boolean(),
      }),
    },
    { requiredKeys: ['name'] },
  );

const defaultTypes = {
  table: ['SELECT', 'INSERT', 'UPDATE'],
  sequence: ['USAGE'],
  function: ['EXECUTE'],
  type: ['USAGE'],
};

const defaultGrant = fc.oneof(
  ...Object.entries(defaultTypes).map(([type, privileges]) =>
    fc.record({ privileges: some(privileges), on_type: fc.constant(type) }),
  ),
);

const defaults = fc.array(
  fc.record({
    owner: fc.constantFrom(...ownRoles, 'keeper'),
    schema: anySchema,
    grant: fc.array(
      fc.tuple(grantee, defaultGrant).map(([name, grant]) => ({ role: name, ...grant })),
      {
        minLength: 1,
        maxLength: 2,
      },
    ),
  }),
  { maxLength: 2 },
);

/** `team` is a group that is always there. A group is an earlier role than its members, or all are turned round. */
const memberships = (major: number): fc.Arbitrary<Manifest['memberships']> =>
  fc
    .tuple(
      fc.boolean(),
      fc.uniqueArray(
        fc.tuple(
          fc.nat(ownRoles.length),
          fc.nat(ownRoles.length),
          fc.record(
            {
              admin: fc.boolean(),
              ...(major >= 16 && { inherit: fc.boolean() }),
            },
            { requiredKeys: [] },
          ),
        ),
        { maxLength: 4, selector: ([group, member]) => `${String(group)} ${String(member)}` },
      ),
    )
    .map(([turned, edges]) => {
      const order = turned ? [...ownRoles].reverse() : [...ownRoles];
      const groups = ['team', ...order];
      const members = [...order, 'outsider'];
      return edges
        .filter(([group, member]) => group <= member)
        .map(([group, member, options]) => ({
          role: groups[group] ?? '',
          members: [{ name: members[member] ?? '', ...options }],
        }));
    });

const schemaSections = (actor: Actor): fc.Arbitrary<Manifest['schemas']> =>
  fc.uniqueArray(
    fc.record(
      {
        name: fc.constantFrom(...schemas, 'fresh'),
        owner: fc.constantFrom(...(actor === 'postgres' ? ownRoles : []), 'keeper', actor),
        profiles: fc.subarray(['ro', 'rw'], { minLength: 1 }),
      },
      { requiredKeys: actor === 'manager' ? ['name', 'owner'] : ['name'] },
    ),
    { maxLength: 3, selector: ({ name }) => name },
  );

const profiles = {
  ro: {
    grants: [
      { privileges: ['USAGE'], object: { type: 'schema' } },
      { privileges: ['SELECT'], object: { type: 'table', name: '*' } },
    ],
    default_privileges: [{ privileges: ['SELECT'], on_type: 'table' }],
  },
  rw: {
    login: true,
    inherit: false,
    grants: [
      { privileges: ['CREATE', 'USAGE'], object: { type: 'schema' } },
      {
        privileges: ['SELECT', 'INSERT', 'UPDATE', 'DELETE'],
        object: { type: 'table', name: '*' },
      },
      { privileges: ['USAGE'], object: { type: 'sequence', name: '*' } },
      { privileges: ['EXECUTE'], object: { type: 'function', name: '*' } },
    ],
  },
};

const retirements = fc.uniqueArray(
  fc.record({
    role: fc.constantFrom(...ownRoles, 'app-ro', 'shop-rw'),
    reassign_owned_to: fc.constant('keeper'),
    drop_owned: fc.constant(true),
    terminate_sessions: fc.boolean(),
  }),
  { maxLength: 2, selector: ({ role: name }) => name },
);

/** Manifests that name no role but their own and those that are always there. */
export function manifests(actor: Actor, major: number): fc.Arbitrary<Manifest> {
  return fc
    .record({
      profiles: fc.constant(profiles),
      schemas: schemaSections(actor),
      roles: fc.uniqueArray(role(actor), { selector: ({ name }) => name, maxLength: 4 }),
      grants,
      default_privileges: defaults,
      memberships: memberships(major),
      retirements,
    })
    .map(consistent);
}

function consistent(manifest: Manifest): Manifest {
  const known = new Set([
    ...rolesOf(manifest),
    'outsider',
    'keeper',
    'team',
    'postgres',
    'manager',
  ]);
  const knows = ({ role: name }: { readonly role: string }): boolean => known.has(name);
  const bound = manifest.schemas.flatMap((schema) => schema.profiles ?? []);
  return {
    ...manifest,
    profiles: Object.fromEntries(Object.entries(profiles).filter(([name]) => bound.includes(name))),
    schemas: manifest.schemas.map(({ owner, ...rest }) =>
      typeof owner !== 'string' ? rest : { ...rest, owner: known.has(owner) ? owner : 'keeper' },
    ),
    grants: manifest.grants.filter(knows),
    default_privileges: manifest.default_privileges
      .filter(({ owner }) => known.has(owner))
      .map((entry) => ({ ...entry, grant: entry.grant.filter(knows) }))
      .filter(({ grant }) => grant.length > 0),
    memberships: manifest.memberships.filter(
      (entry) => knows(entry) && entry.members.every(({ name }) => known.has(name)),
    ),
    retirements: manifest.retirements.filter((entry) => !knows(entry)),
  };
}

/** The roles a manifest declares or generates: others are not its to judge. */
export function rolesOf(manifest: Manifest): string[] {
  const generated = manifest.schemas.flatMap(({ name, profiles: bound = [] }) =>
    bound.map((profile) => `${name}-${profile}`),
  );
  return [...manifest.roles.map(({ name }) => name), ...generated];
}
