import { Refusal } from '../core/refusal.ts';
import { httpAddress, type HttpAddress } from '../runtime/http-address.ts';

/** Who may read what Temporal stores, and from where. People who may encode could write what the worker accepts as its own. */
export interface CodecConfiguration {
  readonly http: HttpAddress;
  /** Origins of the Temporal UI, such as `https://temporal.example.com`. */
  readonly origins: readonly string[];
  /** URL of the OpenID provider that signs the tokens. */
  readonly issuer: string;
  readonly audience: string;
  /** Claim of the token that decides, such as `groups`. */
  readonly claim: string;
  /** One of these values must be in the claim to decode. */
  readonly allowed: readonly string[];
  /** The same to encode. Usually empty: pgwarden needs no data that people enter in the UI. */
  readonly encoders: readonly string[];
}

/** Reads the environment once. Throws Refusal `Usage`. */
export function codecConfiguration(env: NodeJS.ProcessEnv): CodecConfiguration {
  required(env, 'PGWARDEN_ENCRYPTION_KEYS', 'Set it to the folder with the keys.');
  const issuer = required(
    env,
    'PGWARDEN_CODEC_ISSUER',
    'Set it to the URL of the OpenID provider.',
  );
  checkUrl('PGWARDEN_CODEC_ISSUER', issuer);
  const origins = listOf(required(env, 'PGWARDEN_CODEC_ORIGINS', 'Set it to the URL of the UI.'));
  for (const origin of origins) checkOrigin(origin);
  return {
    http: httpAddress(env, '127.0.0.1:8082'),
    origins,
    issuer,
    audience: required(env, 'PGWARDEN_CODEC_AUDIENCE', 'Set it to the client ID of the UI.'),
    claim: required(
      env,
      'PGWARDEN_CODEC_CLAIM',
      'Set it to a claim of the tokens, such as groups.',
    ),
    allowed: listOf(
      required(env, 'PGWARDEN_CODEC_ALLOWED', 'Set it to the values of the claim that may read.'),
    ),
    encoders: listOf(env.PGWARDEN_CODEC_ENCODERS ?? ''),
  };
}

function required(env: NodeJS.ProcessEnv, name: string, hint: string): string {
  const value = env[name]?.trim() ?? '';
  if (value === '') throw new Refusal('Usage', `${name} is not set`, hint);
  return value;
}

function listOf(text: string): readonly string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** Without TLS, anybody in between could replace the keys that prove who someone is. */
function checkUrl(name: string, text: string): void {
  const { protocol, hostname } = URL.canParse(text)
    ? new URL(text)
    : { protocol: '', hostname: '' };
  if (protocol === 'https:' || (protocol === 'http:' && hostname === '127.0.0.1')) return;
  throw new Refusal('Usage', `${name} is not an https URL: ${text.slice(0, 200)}`, 'Correct it.');
}

function checkOrigin(text: string): void {
  if (URL.canParse(text) && new URL(text).origin === text) return;
  const hint = 'Write scheme, host and port only, such as https://temporal.example.com.';
  throw new Refusal('Usage', `PGWARDEN_CODEC_ORIGINS has no origin: ${text.slice(0, 200)}`, hint);
}
