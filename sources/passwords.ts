import { randomInt } from 'node:crypto';
import type { ResourceRef } from '../core/document/document.ts';
import type { PasswordSource, RoleGraph } from '../core/graph.ts';
import { Refusal } from '../core/refusal.ts';
import { passwordVersion } from './password-version.ts';
import { refText } from './resource-name.ts';
import { requireOwn } from './secret-owner.ts';
import { secretText } from './secret-text.ts';
import type {
  PolicyHandle,
  PolicyRecord,
  PolicySource,
  SecretOwner,
  SecretRecord,
} from './source.ts';

/** The passwords of a policy's roles. They never leave the activity that resolved them; `versions` may. */
export interface RolePasswords {
  /** Cleartext by role, without roles whose password is `pending`. */
  readonly passwords: ReadonlyMap<string, string>;
  /** Version of the password's source by role, see `passwordVersion`. */
  readonly versions: Readonly<Record<string, string>>;
  /** SCRAM verifier by role for generated passwords. It comes from the Secret, so that the server gets the same one. */
  readonly verifiers: ReadonlyMap<string, string>;
}

export interface PasswordOptions {
  /** Whether generated passwords may be created now. If not, they are `pending`. */
  readonly create: boolean;
  /** `scramVerifier` of postgres/. */
  readonly verifierOf: (password: string) => Promise<string>;
  /** Leaves a missing password `pending`, if the caller only plans. Default false. */
  readonly lenient?: boolean;
}

/** Version of a password that does not exist yet, e.g. one that the apply will generate. */
const pendingPassword = 'pending';

type Secrets = Pick<PolicySource, 'readSecret' | 'createSecret'>;
type AppliedVersions = Readonly<Record<string, string>>;
type SecretPassword = Exclude<PasswordSource, { readonly from: 'env' }>;
type GeneratedPassword = Extract<PasswordSource, { readonly from: 'generate' }>;

/**
 * Resolves the passwords of a policy's roles, and creates missing generated ones. Throws Refusal `SecretMissing` or
 * `SecretFetchFailed`, or the refusal of an invalid policy.
 */
export async function passwordSources(
  source: Secrets,
  policy: PolicyHandle & Pick<PolicyRecord, 'content' | 'status'>,
  options: PasswordOptions,
): Promise<RolePasswords> {
  const { content, status } = policy;
  if ('refusal' in content) throw content.refusal;
  return resolveAll(content.graph, {
    applied: status.applied_password_source_versions ?? {},
    lenient: options.lenient === true,
    resolve: (password, role) =>
      password.from === 'env'
        ? Promise.reject(environmentOnlyInCli(password.variable))
        : secretPassword(password, { source, policy: { ...policy, role }, options }),
  });
}

/** The passwords of a manifest given to the CLI, which come only from its environment. */
export function environmentPasswords(
  graph: RoleGraph,
  environment: Readonly<Record<string, string | undefined>>,
  { lenient = false }: Pick<PasswordOptions, 'lenient'> = {},
): Promise<RolePasswords> {
  return resolveAll(graph, {
    applied: {},
    lenient,
    // Asynchronous, so that errors become rejections.
    resolve: async (password, role) => {
      if (password.from !== 'env') throw secretOnlyInPolicy(role);
      return Promise.resolve(environmentPassword(password.variable, environment));
    },
  });
}

interface Resolved {
  /** Where the password is from, e.g. `secret app-passwords ana`. */
  readonly identity: string;
  /** Undefined while pending. */
  readonly password: string | undefined;
  /** Stored with a generated password. */
  readonly verifier?: string;
}

interface Resolution {
  readonly applied: AppliedVersions;
  readonly lenient: boolean;
  readonly resolve: (password: PasswordSource, role: string) => Promise<Resolved>;
}

async function resolveAll(graph: RoleGraph, resolution: Resolution): Promise<RolePasswords> {
  const passwords = new Map<string, string>();
  const verifiers = new Map<string, string>();
  const versions: Record<string, string> = {};
  for (const { name, password: declared } of graph.roles) {
    if (declared === undefined) continue;
    const { identity, password, verifier } = await resolveOne(declared, name, resolution);
    if (password !== undefined) passwords.set(name, password);
    if (verifier !== undefined) verifiers.set(name, verifier);
    versions[name] =
      password === undefined
        ? pendingPassword
        : await passwordVersion(identity, password, resolution.applied[name]);
  }
  return { passwords, versions, verifiers };
}

async function resolveOne(
  declared: PasswordSource,
  role: string,
  { resolve, lenient }: Resolution,
): Promise<Resolved> {
  try {
    return await resolve(declared, role);
  } catch (error) {
    const isMissing = error instanceof Refusal && error.code === 'SecretMissing';
    if (isMissing && lenient) return { identity: '', password: undefined };
    throw error;
  }
}

interface SecretContext {
  readonly source: Secrets;
  readonly policy: SecretOwner;
  readonly options: PasswordOptions;
}

async function secretPassword(declared: SecretPassword, context: SecretContext): Promise<Resolved> {
  const ref = { namespace: context.policy.ref.namespace, name: declared.name };
  const identity = `secret ${declared.name} ${declared.key}`;
  let secret = await context.source.readSecret(ref);
  if (declared.from === 'generate') {
    if (secret !== undefined) requireOwn(ref, secret, context.policy.ref);
    if (secret === undefined && !context.options.create) return { identity, password: undefined };
    secret ??= await generate(ref, declared, context);
  }
  const password = secretText(ref, secret, declared.key);
  if (password === '') throw empty(`key ${JSON.stringify(declared.key)} of Secret ${refText(ref)}`);
  const verifier = declared.from === 'generate' ? secret?.data.get('verifier') : undefined;
  return {
    identity,
    password,
    ...(verifier === undefined ? {} : { verifier: verifier.toString() }),
  };
}

/** Uses the Secret's content after the write, because another worker may have been first. */
async function generate(
  ref: ResourceRef,
  { key, length }: GeneratedPassword,
  { source, policy, options }: SecretContext,
): Promise<SecretRecord> {
  const password = generatePassword(length);
  const entries = new Map([
    [key, password],
    ['verifier', await options.verifierOf(password)],
  ]);
  return source.createSecret(ref, policy, entries);
}

const passwordCharacters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Characters that need no encoding in a URL: 6 bits each. */
function generatePassword(length: number): string {
  const characters = Array.from(
    { length },
    () => passwordCharacters[randomInt(passwordCharacters.length)],
  );
  return characters.join('');
}

function environmentPassword(
  variable: string,
  environment: Readonly<Record<string, string | undefined>>,
): Resolved {
  const password = environment[variable];
  const place = `environment variable ${variable}`;
  if (password === undefined) {
    throw new Refusal('SecretMissing', `${place} is not set`, `Set ${variable} to the password.`);
  }
  if (password === '') throw empty(place);
  return { identity: `env ${variable}`, password };
}

function empty(place: string): Refusal {
  const hint = 'Write the password there: an empty one would lock the role out.';
  return new Refusal('SecretMissing', `${place} is an empty password`, hint);
}

function environmentOnlyInCli(variable: string): Refusal {
  const message = `a policy cannot read a password from environment variable ${variable}`;
  return new Refusal('InvalidSpec', message, 'Use secretRef or generate in a policy.');
}

function secretOnlyInPolicy(role: string): Refusal {
  const message = `the password of role ${JSON.stringify(role)} is in a Secret, which the CLI cannot read for a bare manifest`;
  return new Refusal(
    'InvalidSpec',
    message,
    'Use from_env, or turn the manifest into a PostgresPolicy.',
  );
}
