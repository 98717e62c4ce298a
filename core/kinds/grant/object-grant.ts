import { type ObjectGroup, readObjectGroup } from '../../acl.ts';
import { oncePer } from '../../once-per.ts';
import { losesWhatItOwns } from '../../graph-index.ts';
import type { ObjectKind } from '../../kind.ts';
import type { Count } from '../../count.ts';
import { type Edit, type Effect, type Ref, accessEffect } from '../../fact.ts';
import type { Live } from '../../live.ts';
import { ownersForbidden } from './absent-owner.ts';
import { leftOfGrant, madeAsOwner, takenByGrant } from './authority.ts';
import { type GrantFact, grantKey, renderedOp, wipingKey } from './fact.ts';
import { missingTargets, unsupportedGrants } from './refusals.ts';
import { desiredGrants, observedGrants } from './grant-rules.ts';
import { type GrantableType, grantKindName, readableName } from './grantable-type.ts';
import { renderGrants } from './sql.ts';
import { settleOwners } from './declared-owner.ts';
import { isPresent } from './rule-target.ts';

const summary = {
  grants_added: { place: 80, line: ['+', 'grant'] },
  grants_revoked: { place: 90, line: ['-', 'grant'] },
} as const;

type GrantKey = keyof typeof summary;

export type GrantKind = ObjectKind<GrantFact, ObjectGroup, GrantKey> & {
  readonly grantable: GrantableType;
};

/**
 * The kind for grants on one object type.
 *
 * A wildcard means the live objects: each object should have the union of all rules that match it, and is compared on its
 * own. So rules can overlap, and a new object changes nothing for the others.
 */
export function grantKind(grantable: GrantableType): GrantKind {
  const name = grantKindName(grantable);
  const settled = settling(grantable);
  return {
    name,
    grantable,
    inspect: grantable.inspect,
    decode: readObjectGroup,
    observed: (rows, live) => observedGrants(grantable, settled(rows, live), live),
    desired: (rows, live) => desiredGrants(grantable, settled(rows, live), live),
    missing: (rows, live) => missingTargets(grantable, [...rows, ...settled(rows, live)], live),
    findings: (rows, live) => ownersForbidden(grantable, settled(rows, live), live),
    unsupported: (_rows, live) => unsupportedGrants(grantable, live),
    group: ({ target }) => target.group,
    key: grantKey,
    aliases: (fact) => [...optionsOf(fact), ...(grantable.hasColumns ? wipesOf(fact) : [])],
    needs: (fact) => [
      ...grantedBy(fact),
      { kind: 'role', key: fact.id.grantee },
      { kind: 'retirement', key: fact.id.grantee },
      ...(fact.id.grantor === fact.target.owner
        ? []
        : [{ kind: 'retirement', key: fact.id.grantor }]),
      ...(fact.id.schema === undefined ? [] : [{ kind: 'schema', key: fact.id.schema }]),
      ...(grantable.needs?.(fact) ?? []),
    ],
    holder: ({ id }) => id.grantee,
    takes: takenByGrant,
    ...waysTaken(grantable),
    governs: ({ id, target }, { judged }) =>
      target.isStuck !== true && (target.forbidden === true || judged.has(id.grantee)),
    effect: grantEffect,
    renderedAs: renderedOp,
    render: (edits, _live, names) => {
      const made = edits.map(madeAsOwner);
      return grantable.render?.(made) ?? renderGrants(grantable, made, names);
    },
    explain: (edit) => explainGrant(grantable, edit),
    summary,
    counts: (edit) => [countGrant(name, edit)],
  };
}

/** The existing objects with the owners that they will have. Four questions about a row list share one result. */
function settling(
  grantable: GrantableType,
): (rows: readonly ObjectGroup[], live: Live) => readonly ObjectGroup[] {
  const settledFor = oncePer((live: Live) =>
    oncePer((rows: readonly ObjectGroup[]) => {
      const owned = settleOwners(grantable, rows.filter(isPresent), live).filter(
        ({ owner }) => !isDropped(owner, live),
      );
      return grantable.settle?.(owned, live) ?? owned;
    }),
  );
  return (rows, live) => settledFor(live)(rows);
}

/** DROP OWNED drops what a retired role owns, so the plan grants and revokes nothing on it. */
function isDropped(owner: string, { graph, mode }: Live): boolean {
  return mode === 'authoritative' && losesWhatItOwns(graph, owner);
}

function waysTaken(grantable: GrantableType): Pick<GrantKind, 'ways'> {
  if (grantable.isWay !== true) return {};
  return {
    ways: {
      about: ({ id }) => id.grantee,
      left: (edit, way) => leftOfGrant(grantable, edit, way),
    },
  };
}

/** Counts one for each object and grantee, whatever the number of privileges. */
function countGrant(kind: string, edit: Edit<GrantFact>): Count<GrantKey> {
  const { id, target } = edit.fact;
  return {
    as: grantEffect(edit) === 'removes' ? 'grants_revoked' : 'grants_added',
    once: [kind, id.schema ?? '', id.object, id.grantee].join('\0'),
    times: target.count,
  };
}

/** Key of a grant option: what its holder granted by it is revoked before the option is. */
function optionKey({ schema, object, privilege }: GrantFact['id'], holder: string): string {
  return ['grant option', schema ?? '', object, privilege, holder].join('\0');
}

function optionsOf({ id, state, target }: GrantFact): string[] {
  return state.grantable && id.grantee !== target.owner ? [optionKey(id, id.grantee)] : [];
}

function wipesOf({ id, state }: GrantFact): string[] {
  return [wipingKey('privilege', id), ...(state.grantable ? [wipingKey('option', id)] : [])];
}

/** The option that it was granted by, unless the plan revokes that option, and what would revoke it. */
function grantedBy({ kind, id, target: { hangsOn = [] } }: GrantFact): Ref[] {
  const isLost = hangsOn.length > 0 && hangsOn.every(({ stays }) => !stays);
  return [...(isLost ? [] : [{ kind, key: optionKey(id, id.grantor) }]), ...hangsOn];
}

function explainGrant(type: GrantableType, { op, fact: { id, target } }: Edit<GrantFact>): string {
  const { subtype = type.type } = target;
  const name =
    target.group === undefined ? `${subtype} ${readableName(type, id.object)}` : undefined;
  const plural = type.subtypes?.[subtype]?.plural ?? type.plural;
  const what = name ?? `${String(target.count)} ${target.count === 1 ? subtype : plural}`;
  const where = id.schema === undefined ? '' : ` in schema ${id.schema}`;
  const done = op === 'drop' ? 'revoked from' : 'granted to';
  return `${id.privilege} on ${what}${where} is ${done} ${id.grantee}`;
}

function grantEffect(edit: Edit<GrantFact>): Effect {
  return accessEffect(edit, (_from, { state }) => state.grantable);
}
