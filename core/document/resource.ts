import type { InParts } from '../parts.ts';
import { finished } from '../parts.ts';
import type { Content, ResourceRef } from './content.ts';
import { tooLarge } from '../limits.ts';
import { invalid, readPolicy, refOf } from './content.ts';
import { valueExcess } from './value-excess.ts';
import { isMap } from './zod-problem.ts';

/**
 * Reads a policy from a Kubernetes API server. A null in its spec counts as absent, because programs write missing
 * fields like that.
 */
export function readPolicyResource(resource: unknown): Content {
  return finished(readPolicyResourceInParts(resource));
}

export function* readPolicyResourceInParts(resource: unknown): InParts<Content> {
  const ref = refOf(resource);
  const excess = valueExcess(resource);
  if (excess !== undefined) return invalid(ref, tooLarge(placeIn(ref).at(), excess));
  const policy = isMap(resource) ? { ...resource, spec: withoutNulls(resource.spec) } : resource;
  yield;
  return yield* readPolicy(placeIn(ref), policy);
}

function placeIn(ref: ResourceRef | undefined) {
  const where =
    ref === undefined ? 'PostgresPolicy' : `PostgresPolicy ${ref.namespace}/${ref.name}`;
  const hint =
    'Fix the resource; `kubectl explain postgrespolicy.spec` and docs/manifest.md describe all fields.';
  return { at: () => where, hint };
}

export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isMap(value)) return value;
  const given = Object.entries(value).filter(([, field]) => field !== null);
  return Object.fromEntries(given.map(([name, field]) => [name, withoutNulls(field)]));
}
