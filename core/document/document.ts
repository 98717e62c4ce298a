import type { Document } from 'yaml';
import { isMap, isScalar, LineCounter, parseAllDocuments } from 'yaml';
import type { z } from 'zod';
import { expandManifest } from '../expand.ts';
import type { RoleGraph } from '../graph.ts';
import { manifestSchema } from '../manifest.ts';
import type { Policy, PolicySpec } from './policy.ts';
import { policySchema, secretSchema } from './policy.ts';
import type { Problem } from './problem.ts';
import { pathText } from './problem.ts';
import { Refusal } from '../refusal.ts';
import { problemsOf } from './zod-problem.ts';

/** Names a resource. */
export interface ResourceRef {
  readonly namespace: string;
  readonly name: string;
}

/** One YAML document, read as far as it is right. `where` is its file, and its number where there are several. */
export type ParsedDocument = Content & { readonly where: string };

type Content =
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

/**
 * Reads every document of a YAML text. One that is wrong becomes `invalid` and leaves the others alone.
 * `file` is for messages only. Empty documents are passed over.
 */
export function parseDocuments(text: string, file: string): ParsedDocument[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, stringKeys: true });
  if (!Array.isArray(documents)) return [];
  const several = documents.length > 1;
  return documents.flatMap((document, index) => {
    if (isEmpty(document) && document.errors.length === 0) return [];
    const where = several ? `${file} document ${String(index + 1)}` : file;
    return [{ ...parseDocument({ document, where, lines }), where }];
  });
}

function isEmpty({ contents }: Document): boolean {
  return contents === null || (isScalar(contents) && contents.value === null);
}

interface Place {
  readonly document: Document;
  readonly where: string;
  readonly lines: LineCounter;
}

function parseDocument(place: Place): Content {
  // A warning is about a tag or directive that would be passed over, and with it a value's meaning.
  const [error] = [...place.document.errors, ...place.document.warnings];
  if (error !== undefined) {
    const line = error.linePos === undefined ? '' : ` line ${String(error.linePos[0].line)}`;
    return brokenYaml(place, `${line}: ${withoutValues(error.message)}`);
  }
  try {
    return parseValue(place, place.document.toJS());
  } catch (thrown) {
    // The library gives up on a document with too many aliases, or one that means nothing.
    if (!(thrown instanceof ReferenceError)) throw thrown;
    return brokenYaml(place, `: ${withoutValues(thrown.message)}`);
  }
}

/** The library quotes the text it stumbles over after a colon or percent sign: that may be a password. */
function withoutValues(message: string): string {
  const [first = ''] = message.split('\n');
  return first.replace(/ at line \d+, column \d+:?$/, '').replace(/(?:: | %).*$/, '');
}

/** What can still be read of a broken policy is its name, so that it is in trouble rather than gone. */
function brokenYaml({ document, where }: Place, reason: string): Content {
  const refusal = new Refusal('InvalidSpec', `${where}${reason}`, 'Mend the YAML.');
  const isPolicy = isMap(document.contents) && document.get('kind') === 'PostgresPolicy';
  return invalid(isPolicy ? refOf(document) : undefined, refusal);
}

function parseValue(place: Place, value: unknown): Content {
  if (!isMap(place.document.contents)) return parseBareManifest(place, value);
  switch (place.document.get('kind')) {
    case 'PostgresPolicy':
      return parsePolicy(place, value);
    case 'Secret':
      return parseSecret(place, value);
    case undefined:
      return parseBareManifest(place, value);
    default:
      return unknownKind(place);
  }
}

function unknownKind(place: Place): Content {
  const message = 'must be PostgresPolicy or Secret, or left out in a manifest for the CLI';
  return invalid(undefined, refusalFor(place, [{ path: ['kind'], message }]));
}

function parsePolicy(place: Place, value: unknown): Content {
  const checked = check(policySchema, place, value);
  if (checked instanceof Refusal) return invalid(refOf(place.document), checked);
  const ref = { namespace: checked.metadata.namespace, name: checked.metadata.name };
  const expanded = expandManifest(checked.spec, ref.name);
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

/** A running worker has no environment a policy could speak of. */
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

function parseSecret(place: Place, value: unknown): Content {
  const checked = check(secretSchema, place, value);
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

function parseBareManifest(place: Place, value: unknown): Content {
  const checked = check(manifestSchema, place, value);
  if (checked instanceof Refusal) return invalid(undefined, checked);
  const expanded = expandManifest(checked, 'manifest');
  if ('problems' in expanded) return invalid(undefined, refusalFor(place, expanded.problems));
  return { kind: 'manifest', graph: expanded.graph };
}

function check<S extends z.ZodType>(schema: S, place: Place, value: unknown): z.infer<S> | Refusal {
  const result = schema.safeParse(value);
  return result.success
    ? result.data
    : refusalFor(place, problemsOf(schema, value, result.error.issues));
}

function refusalFor(place: Place, problems: readonly Problem[]): Refusal {
  const details = problems.map(({ path, message }) => {
    const at = pathText(path);
    return `${place.where} line ${String(lineOf(place, path))}: ${at === '' ? 'the document' : at} ${message}`;
  });
  const more = details.length > 1 ? ` (and ${String(details.length - 1)} more)` : '';
  const message = `${details[0] ?? place.where}${more}`;
  return new Refusal(
    'InvalidSpec',
    message,
    'Mend the file; the reference of all fields is in docs/manifest.md.',
    details,
  );
}

/** The line of the deepest part of a path that is there. */
function lineOf({ document, lines }: Place, path: Problem['path']): number {
  for (let depth = path.length; depth >= 0; depth -= 1) {
    const node: unknown =
      depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
    const start = rangeStart(node);
    if (start !== undefined) return lines.linePos(start).line;
  }
  return 1;
}

function rangeStart(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range))
    return undefined;
  const start: unknown = node.range[0];
  return typeof start === 'number' ? start : undefined;
}

function refOf(document: Document): ResourceRef | undefined {
  const name = document.getIn(['metadata', 'name']);
  const namespace = document.getIn(['metadata', 'namespace']) ?? 'default';
  return typeof name === 'string' && typeof namespace === 'string'
    ? { namespace, name }
    : undefined;
}

function invalid(ref: ResourceRef | undefined, refusal: Refusal): Content {
  return { kind: 'invalid', ref, refusal };
}
