import fc from 'fast-check';
import { stringify } from 'yaml';
import { parseDocuments } from '../../core/document/document.ts';
import { ownRoles, schemas } from './names.ts';
import { defaultPrivileges, grants, ownership } from './rules.ts';

/** The connected role: `postgres`, a superuser, or `manager`, which has CREATEROLE and owns the objects to grant on. */
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
  readonly ownership: readonly (Section & { readonly owner: string })[];
  readonly memberships: readonly {
    readonly role: string;
    readonly members: readonly (Section & { readonly name: string })[];
  }[];
  readonly retirements: readonly (Section & { readonly role: string })[];
}

export type Section = Readonly<Record<string, unknown>>;

const settings = fc.record(
  {
    application_name: fc.constantFrom('one', "two's \\"),
    work_mem: fc.constantFrom('4MB', '64MB'),
    search_path: fc.constantFrom('app, shop', 'shop'),
  },
  { requiredKeys: [] },
);

/** A role that always exists and that someone else manages. */
const external = fc.record(
  {
    name: fc.constant('outsider'),
    external: fc.constant(true),
    preserve_undeclared_grants: fc.boolean(),
  },
  { requiredKeys: ['name', 'external'] },
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
      preserve_undeclared_grants: fc.boolean(),
      config: settings,
      database_config: settings,
      ...(actor === 'postgres' && {
        superuser: fc.boolean(),
        createdb: fc.boolean(),
        replication: fc.boolean(),
        bypassrls: fc.boolean(),
      }),
    },
    { requiredKeys: ['name'] },
  );

/**
 * Not ADMIN alone, because a superuser's grant of that looks like the one that PostgreSQL makes for the creator of a
 * role.
 */
const membershipOptions = (major: number): fc.Arbitrary<Section> =>
  fc
    .record(
      {
        admin: fc.boolean(),
        ...(major >= 16 && { inherit: fc.boolean(), set: fc.boolean() }),
      },
      { requiredKeys: [] },
    )
    .filter(({ admin, inherit, set }) => admin !== true || inherit !== false || set !== false);

/** `team` is a group that always exists. A group comes before its members, or all edges are reversed. */
const memberships = (major: number): fc.Arbitrary<Manifest['memberships']> =>
  fc
    .tuple(
      fc.boolean(),
      fc.uniqueArray(
        fc.tuple(fc.nat(ownRoles.length), fc.nat(ownRoles.length), membershipOptions(major)),
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
          ...(group === 0 && member % 2 === 0 && { exclusive: true }),
          members: [{ name: members[member] ?? '', ...options }],
        }));
    });

const schemaSections = (actor: Actor): fc.Arbitrary<Manifest['schemas']> =>
  fc.uniqueArray(
    fc.record(
      {
        name: fc.constantFrom(...schemas, 'fresh'),
        owner: fc.constantFrom(...ownRoles, 'keeper', actor),
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
    adopt_code: fc.constant(true),
    terminate_sessions: fc.boolean(),
  }),
  { maxLength: 2, selector: ({ role: name }) => name },
);

/** Manifests that name only their own roles and those that always exist. */
export function manifests(actor: Actor, major: number): fc.Arbitrary<Manifest> {
  return fc
    .record({
      coverage: fc.constantFrom('declared', 'declared', 'declared', 'database'),
      profiles: fc.constant(profiles),
      schemas: schemaSections(actor),
      roles: fc.uniqueArray(fc.oneof({ weight: 5, arbitrary: role(actor) }, external), {
        selector: ({ name }) => name,
        maxLength: 4,
      }),
      grants: grants(major),
      default_privileges: defaultPrivileges,
      ownership: ownership(fc.constantFrom(...ownRoles, 'keeper', actor)),
      memberships: memberships(major),
      retirements,
    })
    .map(consistent)
    .filter((manifest) => problemOf(manifest) === undefined);
}

/** Other tests cover manifests that are refused before any connection, such as two rules that contradict each other. */
function problemOf(manifest: Manifest): string | undefined {
  const [document] = parseDocuments(stringify(manifest), 'manifest.yaml');
  return document?.kind === 'invalid' ? document.refusal.message : undefined;
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
    ownership: manifest.ownership.filter(({ owner }) => known.has(owner)),
    retirements: manifest.retirements.filter((entry) => !knows(entry)),
  };
}

/** The roles that a manifest declares or generates. */
function rolesOf({ roles, schemas: places }: Manifest): string[] {
  const generated = places.flatMap(({ name, profiles: bound = [] }) =>
    bound.map((profile) => `${name}-${profile}`),
  );
  return [...roles.map(({ name }) => name), ...generated];
}

/** Those roles whose undeclared grants are revoked. */
export function judgedRoles(manifest: Manifest): string[] {
  const kept = manifest.roles.filter((role) => role['preserve_undeclared_grants'] === true);
  const names = new Set(kept.map(({ name }) => name));
  return rolesOf(manifest).filter((name) => !names.has(name));
}
