import { connectionRefusal, policyRefusal } from '../core/bounds/check.ts';
import type { ConnectionPoint } from '../core/bounds/connection-point.ts';
import { boundsRefusal, parseBounds, rulesFor } from '../core/bounds/parse.ts';
import type { Rule } from '../core/bounds/rule.ts';
import type { Subject } from '../core/bounds/subject.ts';
import type { ResourceRef } from '../core/document/document.ts';
import { serverList } from '../core/manifest/server-list.ts';
import { Refusal } from '../core/refusal.ts';
import { readBounds } from '../sources/bounds-file.ts';
import { resolveConnection } from '../sources/connection.ts';
import { isRefusal } from './failure.ts';
import type { FileDocument, SecretDocument } from './load-documents.ts';
import { printable } from './printable.ts';
import { writeErr } from './output.ts';

type Bounded = Extract<FileDocument, { readonly kind: 'policy' | 'manifest' }>;

/**
 * Marks the documents that violate the bounds as invalid, as a worker would. Writes a note if a connection cannot be
 * checked because its Secrets are missing. Throws Refusal `BoundsUnreadable` if a rule is invalid.
 */
export async function checkedAgainstBounds(
  file: string,
  documents: readonly FileDocument[],
  namespace: string | undefined,
): Promise<readonly FileDocument[]> {
  const bounds = parseBounds(await readBounds(file), file);
  const broken = boundsRefusal(bounds);
  if (broken !== undefined) throw broken;
  const secrets = documents.filter((document) => document.kind === 'secret');
  const checked = documents.map(async (document): Promise<FileDocument> => {
    if (document.kind !== 'policy' && document.kind !== 'manifest') return document;
    const own = document.kind === 'policy' ? document.ref.namespace : 'default';
    const rules = rulesFor(bounds, namespace ?? own);
    const subject: Subject = document;
    const refusals = [
      policyRefusal(rules, subject),
      await connectionRefusalOf(document, rules, secrets),
    ];
    const details = refusals.flatMap((refusal) => refusal?.details ?? []);
    const [first] = refusals.filter((refusal) => refusal !== undefined);
    if (first === undefined) return document;
    const { where } = document;
    const ref = document.kind === 'policy' ? document.ref : undefined;
    return {
      ...{ file: document.file, where, ref },
      kind: 'invalid',
      refusal: refusalFor(document, first, details),
    };
  });
  return Promise.all(checked);
}

function refusalFor(
  document: Bounded,
  { code, hint }: Refusal,
  details: readonly string[],
): Refusal {
  const lines = details.map((line) => `${nameOf(document)}: ${line}`);
  const more = lines.length > 1 ? ` (and ${String(lines.length - 1)} more)` : '';
  return new Refusal(code, `${lines[0] ?? ''}${more}`, hint, lines);
}

function nameOf(document: Bounded): string {
  const { file } = document;
  if (document.kind === 'manifest') return `${file}: manifest`;
  return `${file}: PostgresPolicy ${document.ref.namespace}/${document.ref.name}`;
}

/** The refusal of a connection that the bounds forbid, as far as the files show where it leads. */
async function connectionRefusalOf(
  document: Bounded,
  rules: readonly Rule[],
  secrets: readonly SecretDocument[],
): Promise<Refusal | undefined> {
  if (document.kind === 'manifest') return undefined;
  const point = await pointOf(document, secrets);
  if (point === undefined && rules.some(restrictsConnection)) {
    const note =
      'its Secrets are not in these files, so its connection was not checked against the bounds';
    writeErr(`note: ${printable(nameOf(document))}: ${note}\n`);
  }
  return connectionRefusal(rules, document, point ?? literalPoint(document));
}

function restrictsConnection({ hosts, databases, connected_roles: roles }: Rule): boolean {
  return [hosts, databases, roles].some((list) => list !== undefined);
}

/** The server, database and roles of the connection; undefined if the documents contain no such Secret. */
async function pointOf(
  { ref, spec, graph }: Extract<Bounded, { readonly kind: 'policy' }>,
  secrets: readonly SecretDocument[],
): Promise<ConnectionPoint | undefined> {
  const readSecret = ({ namespace, name }: ResourceRef) => {
    const found = secrets.find(({ ref: its }) => its.name === name && its.namespace === namespace);
    return Promise.resolve(found === undefined ? undefined : { version: '', data: found.data });
  };
  try {
    const record = { ref, content: { spec, graph } };
    return (await resolveConnection({ readSecret }, record)).target;
  } catch (error) {
    if (isRefusal(error) && error.code === 'SecretMissing') return undefined;
    throw error;
  }
}

/** The part of the connection that the policy itself contains. */
function literalPoint({ spec }: Extract<Bounded, { readonly kind: 'policy' }>): ConnectionPoint {
  const { host, port, portSecret, dbname, username, setRole } = spec.connection.params ?? {};
  const point = { database: dbname, user: username, role: setRole };
  if (host === undefined || portSecret !== undefined) return point;
  const list = serverList(host, port === undefined ? undefined : String(port));
  if (!('servers' in list)) return point;
  const [first, ...otherHosts] = list.servers;
  return { ...point, ...first, otherHosts };
}
