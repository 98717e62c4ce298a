import { distinct } from '../../distinct.ts';
import type { Finding } from '../../finding.ts';
import type { DefaultPrivilegeSpec, RoleGraph } from '../../graph.ts';
import type { Live } from '../../live.ts';
import { everyone } from '../../public.ts';
import { type DefaultAcl, type DefaultPrivilegeFact, defaultKey, objectsOf } from './fact.ts';
import { defaultType, defaultTypes } from '../grant/types/all.ts';

/**
 * Observed default privileges, without those of the owner itself. Without a global row, PostgreSQL's built-in default
 * applies, which grants PUBLIC privileges on functions and types. A global row replaces it. Source: PostgreSQL manual,
 * ALTER DEFAULT PRIVILEGES; get_user_default_acl() in aclchk.c.
 */
export function observedDefaults(rows: readonly DefaultAcl[], live: Live): DefaultPrivilegeFact[] {
  const isJudged = judgement(live);
  const retired = retiredRoles(live);
  const lasting = rows.filter(({ owner }) => !retired.has(owner));
  return [
    ...[...lasting.flatMap(idsOf), ...builtInDefaults(rows, live.graph)].map(([id, grantable]) =>
      factOf(id, grantable, isJudged(id)),
    ),
    ...rows.filter(({ owner }) => retired.has(owner)).flatMap(clearedFact),
  ];
}

/** Declared default privileges. If two rules name one privilege, the one with the grant option counts. */
export function declaredDefaults({ defaultPrivileges }: RoleGraph): DefaultPrivilegeFact[] {
  const byId = new Map<string, DefaultPrivilegeFact>();
  for (const {
    privileges,
    grantable,
    ensure,
    owner,
    schema,
    onType,
    grantee,
  } of defaultPrivileges) {
    if (ensure !== 'present' || owner === grantee) continue;
    for (const privilege of privileges) {
      const fact = factOf({ owner, schema, onType, grantee, privilege }, grantable);
      const key = defaultKey(fact.id);
      if (byId.get(key)?.state.grantable !== true) byId.set(key, fact);
    }
  }
  return [...byId.values()];
}

/** Object types for which this version of PostgreSQL has no default privileges yet. */
export function unsupportedDefaults({ graph, server }: Live): string[] {
  const later = defaultTypes.filter(({ defaults }) => (defaults.since ?? 0) > server.major);
  return later
    .filter(({ type }) => graph.defaultPrivileges.some(({ onType }) => onType === type))
    .map(
      ({ plural, defaults }) =>
        `default privileges on ${plural} (in ${String(defaults.since)} and later)`,
    );
}

/**
 * Privileges that rules declare absent from what an owner creates in a schema, although its global default privileges
 * grant them. A schema's default privileges can only add to the global ones.
 */
export function defaultsAllTheSame(rows: readonly DefaultAcl[], live: Live): Finding[] {
  const absent = live.graph.defaultPrivileges.filter(
    ({ ensure, schema }) => ensure === 'absent' && schema !== undefined,
  );
  if (absent.length === 0) return [];
  const staying = [
    ...observedDefaults(rows, live).filter(({ judged }) => !judged),
    ...declaredDefaults(live.graph),
  ];
  const globally = new Set(
    staying.filter(({ id }) => id.schema === undefined).map(({ id }) => JSON.stringify(id)),
  );
  const isKept = (spec: DefaultPrivilegeSpec, privilege: string): boolean =>
    globally.has(JSON.stringify({ ...idOf(spec), schema: undefined, privilege }));
  return absent.flatMap((spec) => {
    const kept = spec.privileges.filter((privilege) => isKept(spec, privilege)).sort();
    if (kept.length === 0) return [];
    const objects = objectsOf({ ...idOf(spec), privilege: '' });
    const message = `${spec.grantee} still gets ${kept.join(', ')} on ${objects}, because global default privileges grant them: declare them absent with scope: { type: global }`;
    return [{ code: 'OutsidePolicy', role: spec.grantee, message }];
  });
}

/** Retired roles that this mode drops. */
function retiredRoles({ graph, managed }: Live): ReadonlySet<string> {
  return new Set(graph.retirements.map(({ role }) => role).filter((role) => managed.has(role)));
}

/** A retired owner creates no more objects, so its default privileges are cleared before it is dropped. */
function clearedFact({ owner, schema, letter, acl }: DefaultAcl): DefaultPrivilegeFact[] {
  const type = defaultTypes.find(({ defaults }) => defaults.letter === letter);
  if (type === undefined) return [];
  const id = { owner, schema: schema ?? undefined, onType: type.type, grantee: owner };
  const grantees = distinct([...acl.map(([grantee]) => grantee), owner]);
  return [{ ...factOf({ ...id, privilege: 'ALL' }, false, true), cleared: grantees }];
}

/** Revocation restores PostgreSQL's built-in default and removes no more than that. */
function staysWhenTakenBack({ schema, onType, grantee, privilege }: Id, { mode }: Live): boolean {
  if (mode !== 'revoke' || schema !== undefined || grantee !== everyone) return false;
  return defaultType(onType).everyone?.includes(privilege) === true;
}

/** An observed default privilege, and whether it has the grant option. */
type Observed = readonly [id: Id, grantable: boolean];

function idsOf({ owner, schema, letter, acl }: DefaultAcl): Observed[] {
  const type = defaultTypes.find(({ defaults }) => defaults.letter === letter);
  if (type === undefined) return [];
  const place = { owner, schema: schema ?? undefined, onType: type.type };
  return acl.map(([grantee, privilege, grantable]) => [
    { ...place, grantee, privilege },
    grantable,
  ]);
}

/** Built-in defaults, for the owners and types for which the manifest declares privileges of PUBLIC. */
function builtInDefaults(
  rows: readonly DefaultAcl[],
  { defaultPrivileges }: RoleGraph,
): Observed[] {
  const replaced = new Set(
    rows.filter(({ schema }) => schema === null).map(({ owner, letter }) => `${letter}${owner}`),
  );
  const named = defaultPrivileges.filter(({ grantee }) => grantee === everyone);
  return named.flatMap(({ owner, onType }) => {
    const { defaults, everyone: privileges = [] } = defaultType(onType);
    if (replaced.has(`${defaults.letter}${owner}`)) return [];
    const place = { owner, schema: undefined, onType, grantee: everyone };
    return privileges.map((privilege) => [{ ...place, privilege }, false] as const);
  });
}

type Id = DefaultPrivilegeFact['id'];

function idOf({ owner, schema, onType, grantee }: Omit<Id, 'privilege'>): Omit<Id, 'privilege'> {
  return { owner, schema, onType, grantee };
}

function factOf(id: Id, grantable: boolean, judged = false): DefaultPrivilegeFact {
  return { kind: 'default_privilege', id, state: { grantable }, judged };
}

/**
 * Decides what must be revoked unless it is declared: what an absence rule names; what a role of the policy gets, even
 * if its other undeclared grants stay; and everything that a retired role gets, because it would prevent DROP ROLE.
 * Global default privileges count only if the policy declares some for the owner, or covers the whole database.
 */
function judgement(live: Live): (id: Id) => boolean {
  const { roles, defaultPrivileges, coverage } = live.graph;
  const declared = new Set(roles.map(({ name }) => name));
  const retired = retiredRoles(live);
  const globalOwners = new Set(
    defaultPrivileges.filter(({ schema }) => schema === undefined).map(({ owner }) => owner),
  );
  const forbidden = new Set(
    defaultPrivileges
      .filter(({ ensure }) => ensure === 'absent')
      .flatMap(({ privileges, ...spec }) =>
        privileges
          .map((privilege) => ({ ...idOf(spec), privilege }))
          .filter((id) => !staysWhenTakenBack(id, live))
          .map((id) => JSON.stringify(id)),
      ),
  );
  return (id) =>
    (forbidden.size > 0 && forbidden.has(JSON.stringify(id))) ||
    retired.has(id.grantee) ||
    (declared.has(id.grantee) &&
      (id.schema !== undefined || coverage === 'database' || globalOwners.has(id.owner)));
}
