import { X509Certificate } from 'node:crypto';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { Refusal } from '../core/refusal.ts';

/** The Temporal server and how to connect to it. */
export interface TemporalSettings {
  readonly connectionOptions: ReturnType<typeof loadClientConnectConfig>['connectionOptions'];
  /** Address for messages. */
  readonly address: string;
  readonly namespace: string;
}

/**
 * Reads `TEMPORAL_ADDRESS`, `TEMPORAL_PROFILE` and so on, and the files they name, as Temporal's CLI and SDKs do.
 * Throws Refusal `Usage` for settings that can never work.
 */
export function temporalSettings(): TemporalSettings {
  try {
    const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
    const { address = 'localhost:7233', apiKey, tls } = connectionOptions;
    if (!URL.canParse(`http://${address}`)) throw new Error(`${address} is not an address`);
    if (typeof apiKey === 'string') checkKey(apiKey);
    if (typeof tls === 'object') checkAuthority(tls?.serverRootCACertificate);
    return { connectionOptions, address, namespace };
  } catch (error) {
    throw settingsRefusal(error);
  }
}

/** The Refusal for invalid settings, also for those that only connecting reveals. */
export function settingsRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const why = error instanceof Error ? error.message : String(error);
  const hint = 'Check the TEMPORAL_ variables and the files they name.';
  return new Refusal('Usage', `the settings for Temporal are invalid: ${why}`, hint);
}

/** The SDK would repeat the key in its error. */
function checkKey(key: string): void {
  if (/^[\x20-\x7e]+$/.test(key)) return;
  const hint =
    'Check the value for a line break at its end: it often gets into a Secret with the key.';
  throw new Refusal(
    'Usage',
    'TEMPORAL_API_KEY is empty or has characters that no key contains',
    hint,
  );
}

/** The SDK accepts any text, and then trusts no certificate. */
function checkAuthority(certificate: Uint8Array | undefined): void {
  if (certificate !== undefined) new X509Certificate(certificate);
}
