import { revocationIntent } from '../postgres/revocation-intent.ts';
import type { Intent } from '../postgres/contract.ts';
import type { ConnectionTarget } from '../core/connection/target.ts';
import { type Database, openDatabase } from '../postgres/pool.ts';
import { scramVerifier } from '../postgres/scram.ts';
import { targetFromUrl } from '../core/connection/target-from-url.ts';
import { cloudTokens } from '../sources/cloud-tokens/tokens.ts';
import { resolveConnection } from '../sources/connection.ts';
import { type RolePasswords, environmentPasswords, passwordSources } from '../sources/passwords.ts';
import type { PolicyRecord, PolicySource, SecretRecord } from '../sources/source.ts';
import { Refusal } from '../core/refusal.ts';
import { type SecretDocument, secretsBeside } from './load-documents.ts';
import { type Subject, type SubjectOptions, loadSubject } from './subject.ts';

export interface DatabaseOptions extends SubjectOptions {
  /** Overrides the connection of the policy, as DATABASE_URL does. */
  readonly databaseUrl?: string;
}

interface OpenSubject {
  readonly subject: Subject;
  readonly database: Database;
}

/**
 * Reads the subject and opens its database. If options or environment name the database, it connects while it reads.
 * Throws Refusal: the problems of the file come before those of the connection.
 */
export async function openSubject(options: DatabaseOptions): Promise<OpenSubject> {
  const early = earlyDatabase(options);
  try {
    const subject = await loadSubject(options);
    const database = early ?? openDatabase(await databaseOf(subject, options.databaseUrl));
    return { subject, database };
  } catch (error) {
    await early?.close();
    throw error;
  }
}

/** Undefined if only the subject can name the database, or if stdin contains it, which can take long to arrive. */
function earlyDatabase({ file, databaseUrl }: DatabaseOptions): Database | undefined {
  const url = givenUrl(databaseUrl);
  if (url === undefined || file === '-') return undefined;
  try {
    return openDatabase(targetFromUrl(url), { early: true });
  } catch {
    // An invalid URL is reported when the subject has been read.
    return undefined;
  }
}

function givenUrl(databaseUrl = process.env.DATABASE_URL): string | undefined {
  return databaseUrl === '' ? undefined : databaseUrl;
}

/** `--database-url`, else DATABASE_URL, else the connection of the policy itself. */
async function databaseOf(
  subject: Subject,
  databaseUrl: string | undefined,
): Promise<ConnectionTarget> {
  const url = givenUrl(databaseUrl);
  if (url !== undefined) return targetFromUrl(url);
  if (subject.policy === undefined) {
    const hint =
      'Set DATABASE_URL to postgresql://user:password@host:5432/database; it keeps the password out of the process list.';
    throw new Refusal('Usage', 'a bare manifest does not name a database', hint);
  }
  const record = recordOf(subject);
  return cloudTokens().withToken(await resolveConnection(fileSecrets(subject), record));
}

/** An intent with the passwords that it needs. */
export interface SubjectIntent extends Omit<RolePasswords, 'versions'> {
  readonly intent: Intent;
}

/**
 * The intent of a subject. A manifest gets its passwords from the environment, a policy from the Secrets in the files.
 * A plan does not need them: it shows that a password would be set without knowing it.
 */
export async function intentOf(
  subject: Subject,
  purpose: 'plan' | 'apply',
): Promise<SubjectIntent> {
  const { graph, mode } = subject;
  if (mode === 'revoke') return revocationIntent(graph);
  const { versions, ...known } = await passwordsOf(subject, purpose === 'plan');
  return { intent: { graph, mode, passwordVersions: versions, appliedPasswords: {} }, ...known };
}

function passwordsOf(subject: Subject, lenient: boolean): Promise<RolePasswords> {
  if (subject.policy === undefined)
    return environmentPasswords(subject.graph, process.env, { lenient });
  return passwordSources(fileSecrets(subject), recordOf(subject), {
    create: true,
    lenient,
    verifierOf: (password) => scramVerifier(password),
  });
}

function recordOf({
  policy,
  graph,
}: Subject): Pick<PolicyRecord, 'ref' | 'version' | 'content' | 'status'> {
  if (policy === undefined) throw new TypeError('a bare manifest has no record');
  const content = { spec: policy.spec, graph };
  return { ref: policy.ref, version: '', content, status: { conditions: [] } };
}

/** The Secrets in the file of the policy, then in the files of its directory. No Secret is ever created. */
function fileSecrets(subject: Subject): Pick<PolicySource, 'readSecret' | 'createSecret'> {
  const find = (secrets: readonly SecretDocument[], { namespace, name }: SecretDocument['ref']) =>
    secrets.find(({ ref }) => ref.name === name && ref.namespace === namespace);
  return {
    async readSecret(ref) {
      const found = find(subject.secrets, ref) ?? find(await secretsBeside(subject.path), ref);
      return found === undefined ? undefined : secretRecord(found, subject);
    },
    createSecret({ namespace, name }) {
      const message = `Secret ${namespace}/${name} for a generated password is missing, and the CLI does not create Secrets`;
      const hint = 'Add the Secret to the file, use secretRef, or let a worker apply the policy.';
      return Promise.reject(new Refusal('SecretMissing', message, hint));
    },
  };
}

/** The policy uses a Secret in its directory also in place of a generated one, so the policy counts as its owner. */
function secretRecord({ data }: SecretDocument, { policy }: Subject): SecretRecord {
  return { version: '', data, ...(policy === undefined ? {} : { owner: policy.ref }) };
}
