import { z } from 'zod';
import { type CodeSource, type ObjectGroup, readObjectGroup } from '../../acl.ts';
import type { RoleGraph } from '../../graph.ts';
import { kindNameOf } from '../../catalog/row-kind.ts';
import type { ObjectKind } from '../../kind.ts';
import type { Edit, Fact, Ref } from '../../fact.ts';
import type { GroupNames, Live } from '../../live.ts';
import type { Statement } from '../../statement.ts';
import { oncePer } from '../../once-per.ts';
import type { Refusal } from '../../refusal.ts';
import { quoteIdentifier } from '../../sql.ts';
import type { GrantableType } from '../grant/grantable-type.ts';
import type { GrantKind } from '../grant/object-grant.ts';
import { type Demand, demandLacked, grantsBehind } from './owner-demand.ts';
import { demandsFor, ownerAsked, ownersAsked } from './owner-outside-schemas.ts';
import {
  type Newcomer,
  createLacked,
  mayCreate,
  neededIn,
  newcomer,
  newcomers,
  placesIn,
} from './owner-place.ts';
import { isPresent } from '../grant/rule-target.ts';
import { targetKey } from '../../target-key.ts';
import { grantKinds } from '../grant/types/all.ts';
import { declaredOwner, isGuarded } from '../grant/declared-owner.ts';
import { keptCode } from './kept-code.ts';
import { multirangeBehind, multirangeOwners, staysBehind } from './multirange-owner.ts';
import { typeGrant } from '../grant/types/type.ts';
import { lacking } from '../role/authority.ts';

/** The owner of an object, or of a group of alike objects, for which the manifest's ownership section declares one. */
export interface ObjectOwnerFact extends Fact {
  readonly kind: 'object_owner';
  readonly id: {
    readonly type: string;
    readonly schema: string | undefined;
    readonly object: string;
  };
  readonly state: { readonly owner: string };
  /** Needed for the plan. It is not part of the fact's state. */
  readonly target: {
    readonly type: OwnedType;
    readonly sql: string | undefined;
    readonly group: string | undefined;
    /** Number of objects in the group. */
    readonly count: number;
    /** The declared owner's rights in the schema, if the object is in a schema. */
    readonly place: Newcomer | undefined;
    /** The catalog of the object, if it changes owners only because it runs no code with its owner's rights. */
    readonly guardedBy: 'pg_class' | 'pg_proc' | undefined;
    /** Rights other than CREATE on its schema that the declared owner needs to own it. */
    readonly demands: readonly Demand[];
    /** The grants of the policy that give the declared owner these rights. */
    readonly grants: readonly Ref[];
    /** Roles that could attach code to the object, and that the policy accepts. */
    readonly sources: readonly CodeSource[];
  };
}

type OwnedType = GrantableType & Required<Pick<GrantableType, 'ownerKeyword'>>;

/** The types whose objects can get another owner, by the names of their kinds. */
export function ownedTypesOf(kinds: readonly GrantKind[]): ReadonlyMap<string, OwnedType> {
  return new Map(
    kinds.flatMap(({ name, grantable }) =>
      hasOwner(grantable) ? [[name, grantable] as const] : [],
    ),
  );
}

const ownedTypes = ownedTypesOf(grantKinds);

const rangeType: OwnedType = { ...typeGrant.grantable, ownerKeyword: 'TYPE' };

function hasOwner(type: GrantableType): type is OwnedType {
  return type.ownerKeyword !== undefined;
}

/** Rows of the grant kinds, which contain the owners. */
interface Owned {
  readonly type: OwnedType;
  readonly group: ObjectGroup;
  readonly isMultirange?: true;
}

const newcomerRow = z.union([newcomer, ownerAsked]);

/** A multirange row has a shape of its own: see multirange-owner.ts. */
const ownRow = z.union([newcomerRow, z.object({ multirange: z.object({}).loose() })]);

type Row = z.infer<typeof newcomerRow> | Owned;

export const objectOwner: ObjectKind<ObjectOwnerFact, Row, 'object_owners_altered'> = {
  name: 'object_owner',
  reads: [...ownedTypes.keys()],
  comesFirst: true,
  inspect: {
    concerns: ({ ownerships }) => ownerships.length > 0,
    sql: (pg) => `${newcomers}
     UNION ALL${ownersAsked(grantKinds, pg)}${multirangeOwners(pg)}`,
  },
  decode: (value) => {
    const type = ownedTypes.get(kindNameOf(value));
    if (type !== undefined) return { type, group: readObjectGroup(value) };
    const row = ownRow.parse(value);
    if (!('multirange' in row)) return row;
    return { type: rangeType, group: readObjectGroup(row.multirange), isMultirange: true };
  },
  observed: (rows, live) => ownerFacts(rows, live, ({ group }) => group.owner),
  desired: (rows, live) => ownerFacts(rows, live, (_owned, declared) => declared),
  findings: (rows, live) =>
    live.mode === 'additive'
      ? []
      : owned(rows).flatMap((one) => [...keptCode(one, live), ...multirangeBehind(one, live)]),
  missing: (rows, live) => owned(rows).flatMap((one) => follower(one, live)),
  group: ({ target }) => target.group,
  key: ownerKey,
  needs: ({ state: { owner }, target: { place, grants } }) => [
    { kind: 'role', key: owner },
    ...grants,
    ...(place === undefined ? [] : neededIn(place)),
  ],
  governs: () => false,
  effect: () => 'changes',
  unsafe: lacksRights,
  takes: (edit) => [
    ...(edit.op === 'alter'
      ? [{ role: edit.from.state.owner, right: 'privileges', besides: true } as const]
      : []),
    { role: edit.fact.state.owner, right: 'become' },
  ],
  lacks: ({ fact: { target } }, live) =>
    target.type.ownerPower === undefined ? [] : lacking(target.type.ownerPower, live),
  holder: ({ state }) => state.owner,
  render: (edits, _live, names) =>
    edits
      .flatMap((edit) => renderOwner(edit, names))
      .sort((left, right) => (left.text < right.text ? -1 : 1)),
  explain: explainOwner,
  summary: { object_owners_altered: { place: 70, line: ['~', 'object owner'] } },
  counts: ({ fact: { id, target } }) => [
    { as: 'object_owners_altered', once: ownerKey(id), times: target.count },
  ],
};

function ownerKey({ type, schema, object }: ObjectOwnerFact['id']): string {
  return [type, schema ?? '', object].join('\0');
}

function owned(rows: readonly Row[]): Owned[] {
  return rows.flatMap((row) => ('group' in row && isPresent(row.group) ? [row] : []));
}

function ownerFacts(
  rows: readonly Row[],
  live: Live,
  ownerOf: (one: Owned, declared: string) => string,
): ObjectOwnerFact[] {
  if (live.graph.ownerships.length === 0) return [];
  const newcomersIn = rows.filter((row) => 'schemaOwner' in row);
  const places = placesIn(newcomersIn, live.graph);
  const asked = rows.filter((row) => 'demand' in row);
  return owned(rows).flatMap((one) => {
    const { type, group } = one;
    const declared = declaredOwner(type, group, live);
    if (declared === undefined || isFollower(group) || staysBehind(one, live)) return [];
    const place = group.schema === null ? undefined : places.get(`${group.schema}\0${declared}`);
    const fact = factOf(one, ownerOf(one, declared));
    const isSafe = group.code !== true && isGuarded(type, group, live);
    const guardedBy = isSafe ? type.catalog.code : undefined;
    const demands = demandsFor(asked, type, group.name, declared);
    const grants = demands.flatMap((demand) => grantsBehind(demand, declared, live));
    return [{ ...fact, target: { ...fact.target, place, guardedBy, demands, grants } }];
  });
}

function factOf({ type, group }: Owned, owner: string): ObjectOwnerFact {
  return {
    kind: 'object_owner',
    id: {
      type: type.type,
      schema: group.schema ?? undefined,
      object: group.name ?? `* ${group.group ?? ''}`,
    },
    state: { owner },
    target: {
      type,
      sql: group.sql ?? undefined,
      group: group.group ?? undefined,
      count: group.count,
      place: undefined,
      guardedBy: undefined,
      demands: [],
      grants: [],
      sources: group.sources ?? [],
    },
  };
}

function isFollower({ follows }: ObjectGroup): boolean {
  return follows !== undefined && follows !== null;
}

/**
 * An entry that names an object which cannot change owners by itself is a mistake. A wildcard that matches one is not.
 */
function follower({ type, group }: Owned, { graph }: Live): string[] {
  const { schema, name, follows } = group;
  if (follows === undefined || follows === null) return [];
  const isNamed = namedInOwnership(graph.ownerships).has(
    targetKey(schema, `${type.type} ${name ?? ''}`),
  );
  const where = JSON.stringify(`${schema ?? ''}.${name ?? ''}`);
  const hint = `it belongs to a column of a ${follows.type}; declare the owner of the ${follows.type}`;
  return isNamed ? [`${type.type} ${where} with an owner of its own (${hint})`] : [];
}

const namedInOwnership = oncePer(
  (ownerships: RoleGraph['ownerships']) =>
    new Set(
      ownerships.map(({ object: { type, schema, name } }) => targetKey(schema, `${type} ${name}`)),
    ),
);

/** PostgreSQL requires CREATE on the schema of a new owner, unless a superuser makes the change. */
function lacksRights(edit: Edit<ObjectOwnerFact>, live: Live): Refusal | undefined {
  const { place, demands } = edit.fact.target;
  const said = explainOwner(edit);
  const heir = edit.fact.state.owner;
  const former = edit.op === 'alter' ? edit.from.state.owner : heir;
  if (place !== undefined && !live.server.superuser && !mayCreate(place, live))
    return createLacked(place, said);
  return demandLacked(demands, { heir, former, live, isOwn: true }, said);
}

/** ALTER ... OWNER TO has no form for several objects, so each gets a statement. */
function renderOwner(edit: Edit<ObjectOwnerFact>, names: GroupNames): Statement[] {
  const { state, target } = edit.fact;
  const objects = target.sql === undefined ? names.get(target.group ?? '') : [target.sql];
  const before = edit.op === 'alter' ? edit.from.state.owner : state.owner;
  return (objects ?? []).map((name) => ({
    text: `ALTER ${target.type.ownerKeyword} ${name} OWNER TO ${quoteIdentifier(state.owner)}`,
    why: `the owner of ${target.type.type} ${name} changes from ${before} to ${state.owner}`,
    risk: 'loses access',
    affects: [...new Set([before, state.owner])],
    objects: [name],
    rights: [before],
    becomes: [state.owner],
    ...(target.type.catalog.code === 'pg_proc'
      ? { gives: { routine: name, to: state.owner } }
      : {}),
    ...(target.guardedBy === undefined
      ? {}
      : {
          runsNoCode: {
            catalog: target.guardedBy,
            schema: edit.fact.id.schema ?? '',
            name,
            sources: target.sources,
          },
        }),
  }));
}

function explainOwner({ fact: { id, state, target } }: Edit<ObjectOwnerFact>): string {
  const where = id.schema === undefined ? '' : ` in schema ${id.schema}`;
  if (target.group === undefined)
    return `${id.type} ${id.object}${where} gets owner ${state.owner}`;
  const what =
    target.count === 1 ? `1 ${id.type}` : `${String(target.count)} ${target.type.plural}`;
  return `${what}${where} ${target.count === 1 ? 'gets' : 'get'} owner ${state.owner}`;
}
