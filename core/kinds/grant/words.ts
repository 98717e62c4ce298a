import type { GrantableType } from './grantable-type.ts';
import type { GrantKind } from './object-grant.ts';

/** Grantable types by the words that a manifest has for them: a type can have several. */
export type GrantableTypes = Readonly<Record<string, GrantableType>>;

export function grantableTypesOf(kinds: readonly GrantKind[]): GrantableTypes {
  return Object.fromEntries(
    kinds.flatMap(({ grantable }) =>
      Object.keys(grantable.words ?? { [grantable.type]: [] }).map((word) => [word, grantable]),
    ),
  );
}

/** The words for `type` of an object in a manifest. */
export function objectWords(types: GrantableTypes): string[] {
  return wordsWhere(types, ({ hidden }) => hidden !== true);
}

/** The words for `on_type` of default privileges. */
export function defaultWords(types: GrantableTypes): string[] {
  return wordsWhere(types, ({ defaults }) => defaults !== undefined);
}

/** The privileges of all types, each once. */
export function privilegeNames(types: GrantableTypes): string[] {
  return [...new Set(Object.values(types).flatMap(({ privileges }) => privileges))];
}

function wordsWhere(types: GrantableTypes, holds: (type: GrantableType) => boolean): string[] {
  return Object.entries(types)
    .filter(([, type]) => holds(type))
    .map(([word]) => word);
}
