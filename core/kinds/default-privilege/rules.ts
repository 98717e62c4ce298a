import { distinct } from '../../distinct.ts';
import type { Finding } from '../../finding.ts';
import type { DefaultPrivilegeSpec, RoleGraph } from '../../graph.ts';
import type { Live } from '../../live.ts';
import { everyone } from '../../public.ts';
import { type DefaultAcl, type DefaultPrivilegeFact, objectsOf } from './fact.ts';
import { defaultType, defaultTypes } from '../grant/types/all.ts';

/**
 * What is, the owner's own privileges left out. Where there is no global row, PostgreSQL's built-in default holds,
 * by which PUBLIC has something on functions and types; a global row takes its place.
 * Source: PostgreSQL manual, ALTER DEFAULT PRIVILEGES; get_user_default_acl() in aclchk.c.
 */
export function observedDefaults(rows: readonly DefaultAcl[], live: Live): DefaultPrivilegeFact[] {
  const isJudged = judgement(live);
  const retired = retiredRoles(live);
  const lasting = rows.filter(({ owner }) => !retired.has(owner));
  const facts = [...lasting.flatMap(factsOf), ...builtInDefaults(rows, live.graph)];
  return [
    ...facts.map((fact) => ({ ...fact, judged: isJudged(fact.id) })),
    ...rows.filter(({ owner }) => retired.has(owner)).flatMap(clearedFact),
  ];
}

/** What should be. Of two rules for one privilege, the one with the grant option counts. */
export function declaredDefaults({ defaultPrivileges }: RoleGraph): DefaultPrivilegeFact[] {
  const facts = defaultPrivileges
    .filter(({ ensure, owner, grantee }) => ensure === 'present' && owner !== grantee)
    .flatMap(({ privileges, grantable, ...spec }) =>
      privileges.map((privilege) => factOf({ ...idOf(spec), privilege }, grantable)),
    );
  const byId = new Map<string, DefaultPrivilegeFact>();
  for (const fact of facts) {
    const key = JSON.stringify(fact.id);
    if (byId.get(key)?.state.grantable !== true) byId.set(key, fact);
  }
  return [...byId.values()];
}

/** Object types whose default privileges came with a later PostgreSQL than the server's. */
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
 * Privileges that are to be absent from what an owner creates in a schema, and that objects there get by its global
 * default privileges all the same: a schema's can add to those and take nothing away.
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
    const message = `${spec.grantee} gets ${kept.join(', ')} on ${objects} all the same, by global default privileges: they take scope: { type: global } to be absent`;
    return [{ code: 'OutsidePolicy', role: spec.grantee, message }];
  });
}

/** Those that the mode drops. */
function retiredRoles({ graph, managed }: Live): ReadonlySet<string> {
  return new Set(graph.retirements.map(({ role }) => role).filter((role) => managed.has(role)));
}

/** A retired owner creates nothing any more: what its default privileges were goes before it does. */
function clearedFact({ owner, schema, letter, acl }: DefaultAcl): DefaultPrivilegeFact[] {
  const type = defaultTypes.find(({ defaults }) => defaults.letter === letter);
  if (type === undefined) return [];
  const id = { owner, schema: schema ?? undefined, onType: type.type, grantee: owner };
  const grantees = distinct([...acl.map(([grantee]) => grantee), owner]);
  const fact = factOf({ ...id, privilege: 'ALL' }, false);
  return [{ ...fact, judged: true, cleared: grantees }];
}

/** Taking back what a policy granted ends at PostgreSQL's built-in default. */
function staysWhenTakenBack({ schema, onType, grantee, privilege }: Id, { mode }: Live): boolean {
  if (mode !== 'revoke' || schema !== undefined || grantee !== everyone) return false;
  return defaultType(onType).everyone?.includes(privilege) === true;
}

function factsOf({ owner, schema, letter, acl }: DefaultAcl): DefaultPrivilegeFact[] {
  const type = defaultTypes.find(({ defaults }) => defaults.letter === letter);
  if (type === undefined) return [];
  const place = { owner, schema: schema ?? undefined, onType: type.type };
  return acl.map(([grantee, privilege, grantable]) =>
    factOf({ ...place, grantee, privilege }, grantable),
  );
}

/** For the owners and types of which the manifest says what PUBLIC gets. */
function builtInDefaults(
  rows: readonly DefaultAcl[],
  { defaultPrivileges }: RoleGraph,
): DefaultPrivilegeFact[] {
  const replaced = new Set(
    rows.filter(({ schema }) => schema === null).map(({ owner, letter }) => `${letter}${owner}`),
  );
  const named = defaultPrivileges.filter(({ grantee }) => grantee === everyone);
  return named.flatMap(({ owner, onType }) => {
    const { defaults, everyone: privileges = [] } = defaultType(onType);
    if (replaced.has(`${defaults.letter}${owner}`)) return [];
    const place = { owner, schema: undefined, onType, grantee: everyone };
    return privileges.map((privilege) => factOf({ ...place, privilege }, false));
  });
}

type Id = DefaultPrivilegeFact['id'];

function idOf({ owner, schema, onType, grantee }: Omit<Id, 'privilege'>): Omit<Id, 'privilege'> {
  return { owner, schema, onType, grantee };
}

function factOf(
  { owner, schema, onType, grantee, privilege }: Id,
  grantable: boolean,
): DefaultPrivilegeFact {
  const id = { owner, schema, onType, grantee, privilege };
  return { kind: 'default_privilege', id, state: { grantable }, judged: false };
}

/**
 * What must go unless it is declared: what an absence rule names; what roles of the policy get, those too whose other
 * undeclared grants stay, and global ones only where the policy speaks of the owner's or of the whole database; and
 * all that a retired role gets, which would keep it from being dropped.
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
