import type { GrantSpec } from '../graph.ts';
import { grantableTypes } from '../registry.ts';

/** Requires both schema and name, because half a target could mean another object. */
export function targetProblem({ type, schema, name }: GrantSpec['object']): string | undefined {
  const grantable = grantableTypes[type];
  if (grantable === undefined) return undefined;
  if (grantable.outsideSchemas === true || grantable.isSchema === true) {
    if (schema !== undefined) return `has schema, but a ${type} is in no schema: write only name`;
    if (name === '*')
      return `has name "*", which is not possible for a ${type}: list each one by name`;
  } else if (schema === undefined) {
    return `lacks schema: say which schema the ${type} is in`;
  }
  return name === ''
    ? `lacks name: write the ${type}'s name${schema === undefined ? '' : ' or "*" for all'}`
    : undefined;
}
