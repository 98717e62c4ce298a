import { characterProblem } from '../control-characters.ts';
import { countManifest } from '../expand/manifest-counts.ts';
import { expandInParts } from '../expand.ts';
import type { RoleGraph } from '../graph.ts';
import { excessIn, tooLarge } from '../limits.ts';
import { manifestSchema } from '../manifest.ts';
import { Refusal } from '../refusal.ts';
import { characterProblems } from './character-problems.ts';
import type { Policy, PolicySpec } from './policy.ts';
import { policySchema, secretSchema } from './policy.ts';
import type { Problem } from '../problem.ts';
import { pathText } from '../problem.ts';
import { isMap, problemCount, problemsOf, valueAt } from './zod-problem.ts';
import type { z } from 'zod';
import type { InParts } from '../parts.ts';
import { parseInParts } from './parse-in-parts.ts';

/** Names a resource. */
export interface ResourceRef {
  readonly namespace: string;
  readonly name: string;
}

export type Content =
  | {
      readonly kind: 'policy';
      readonly ref: ResourceRef;
      readonly spec: PolicySpec;
      readonly graph: RoleGraph;
    }
  | {
      readonly kind: 'secret';
      readonly ref: ResourceRef;
      readonly data: ReadonlyMap<string, Buffer>;
    }
  | { readonly kind: 'manifest'; readonly graph: RoleGraph }
  | { readonly kind: 'invalid'; readonly ref: ResourceRef | undefined; readonly refusal: Refusal };

/** Where a value was written, for messages. */
export interface Location {
  /** The place of a part of it. */
  readonly at: (path: Problem['path']) => string;
  readonly hint: string;
}

/** The content of a document, or its refusal. */
export function* readContent(place: Location, value: unknown): InParts<Content> {
  if (!isMap(value)) return yield* readManifest(place, value);
  switch (value.kind) {
    case 'PostgresPolicy':
      return yield* readPolicy(place, value);
    case 'Secret':
      return yield* readSecret(place, value);
    case undefined:
      return yield* readManifest(place, value);
    default:
      return unknownKind(place);
  }
}

function unknownKind(place: Location): Content {
  const message = 'must be PostgresPolicy or Secret, or left out in a manifest for the CLI';
  return invalid(undefined, refusalFor(place, [{ path: ['kind'], message }]));
}

export function* readPolicy(place: Location, value: unknown): InParts<Content> {
  // Tools store their own text in the metadata, and status contains messages.
  const unreadable = yield* characterProblems(valueAt(value, ['spec']), ['spec']);
  const checked = yield* check(policySchema, place, value, unreadable);
  if (checked instanceof Refusal) return invalid(refOf(value), checked);
  const ref = { namespace: checked.metadata.namespace, name: checked.metadata.name };
  const excess = excessIn(countManifest(checked.spec));
  if (excess !== undefined) return invalid(ref, tooLarge(place.at(['spec']), excess));
  const expanded = yield* expandInParts(checked.spec, ref.name);
  const problems = [
    ...passwordProblems(checked),
    ...('problems' in expanded ? underSpec(expanded.problems) : []),
  ];
  if (problems.length > 0 || 'problems' in expanded)
    return invalid(ref, refusalFor(place, problems));
  return { kind: 'policy', ref, spec: checked.spec, graph: expanded.graph };
}

function underSpec(problems: readonly Problem[]): Problem[] {
  return problems.map(({ path, message }) => ({ path: ['spec', ...path], message }));
}

/** A policy cannot use environment variables, because the worker's environment is not the user's. */
function passwordProblems({ spec }: Policy): Problem[] {
  return (spec.roles ?? []).flatMap(({ password }, index) =>
    password?.from_env === undefined
      ? []
      : [
          {
            path: ['spec', 'roles', index, 'password', 'from_env'],
            message: 'is for manifests of the CLI: use secretRef or generate in a policy',
          },
        ],
  );
}

function* readSecret(place: Location, value: unknown): InParts<Content> {
  const checked = yield* check(secretSchema, place, value);
  if (checked instanceof Refusal) return invalid(undefined, checked);
  const { metadata, data = {}, stringData = {} } = checked;
  const entries: [string, Buffer][] = [
    ...Object.entries(data).map(([key, text]): [string, Buffer] => [
      key,
      Buffer.from(text, 'base64'),
    ]),
    ...Object.entries(stringData).map(([key, text]): [string, Buffer] => [key, Buffer.from(text)]),
  ];
  return {
    kind: 'secret',
    ref: { namespace: metadata.namespace, name: metadata.name },
    data: new Map(entries),
  };
}

function* readManifest(place: Location, value: unknown): InParts<Content> {
  const unreadable = yield* characterProblems(value, []);
  const checked = yield* check(manifestSchema, place, value, unreadable);
  if (checked instanceof Refusal) return invalid(undefined, checked);
  const excess = excessIn(countManifest(checked));
  if (excess !== undefined) return invalid(undefined, tooLarge(place.at([]), excess));
  const expanded = yield* expandInParts(checked, 'manifest');
  if ('problems' in expanded) return invalid(undefined, refusalFor(place, expanded.problems));
  return { kind: 'manifest', graph: expanded.graph };
}

function* check<S extends z.ZodObject>(
  schema: S,
  place: Location,
  value: unknown,
  unreadable: readonly Problem[] = [],
): InParts<z.infer<S> | Refusal> {
  if (unreadable.length > 0) return refusalFor(place, unreadable);
  const result = yield* parseInParts(schema, value);
  if (result.issues === undefined) return result.data;
  const { issues } = result;
  return refusalFor(place, problemsOf(schema, value, issues, mostDetails), problemCount(issues));
}

/** Limit for reported problems, because a document can have one per value. */
const mostDetails = 100;

function refusalFor(
  place: Location,
  problems: readonly Problem[],
  total = problems.length,
): Refusal {
  const details = problems.slice(0, mostDetails).map(({ path, message }) => {
    const what = pathText(path);
    return `${place.at(path)}: ${what === '' ? 'the document' : what} ${message}`;
  });
  const more = total > 1 ? ` (and ${String(total - 1)} more)` : '';
  const rest = total - details.length;
  const others = rest > 0 ? [`and ${String(rest)} more problems`] : [];
  return new Refusal('InvalidSpec', `${details[0] ?? ''}${more}`, place.hint, [
    ...details,
    ...others,
  ]);
}

/** Keeps the name of a broken resource, so that it counts as invalid and not as deleted. */
export function refOf(value: unknown): ResourceRef | undefined {
  const name = valueAt(value, ['metadata', 'name']);
  const namespace = valueAt(value, ['metadata', 'namespace']) ?? 'default';
  return isNameText(name) && isNameText(namespace) ? { namespace, name } : undefined;
}

function isNameText(value: unknown): value is string {
  return typeof value === 'string' && characterProblem(value, 'name') === undefined;
}

export function invalid(ref: ResourceRef | undefined, refusal: Refusal): Content {
  return { kind: 'invalid', ref, refusal };
}
