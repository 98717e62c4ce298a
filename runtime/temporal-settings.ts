import { X509Certificate } from 'node:crypto';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { Refusal } from '../core/refusal.ts';

/** Which Temporal server it is, and how it is reached. */
export interface TemporalSettings {
  readonly connectionOptions: ReturnType<typeof loadClientConnectConfig>['connectionOptions'];
  /** For people. */
  readonly address: string;
  readonly namespace: string;
}

/**
 * Reads `TEMPORAL_ADDRESS`, `TEMPORAL_PROFILE` and so on, and the files they name, as Temporal's CLI and SDKs do.
 * Throws Refusal `Usage` for what no server could make right.
 */
export function temporalSettings(): TemporalSettings {
  try {
    const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
    const { address = 'localhost:7233', apiKey, tls } = connectionOptions;
    if (!URL.canParse(`http://${address}`)) throw new Error(`${address} is no address`);
    if (typeof apiKey === 'string') checkKey(apiKey);
    if (typeof tls === 'object') checkAuthority(tls?.serverRootCACertificate);
    return { connectionOptions, address, namespace };
  } catch (error) {
    throw settingsRefusal(error);
  }
}

/** Also for what only connecting finds wrong with them. */
export function settingsRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const why = error instanceof Error ? error.message : String(error);
  const hint = 'Check the TEMPORAL_ variables, and the files they name.';
  return new Refusal('Usage', `the settings for Temporal cannot be used: ${why}`, hint);
}

/** The SDK would repeat the key in its error. */
function checkKey(key: string): void {
  if (/^[\x20-\x7e]+$/.test(key)) return;
  const hint = 'Often it is the end of a line, kept when the key was written to a Secret.';
  throw new Refusal('Usage', 'TEMPORAL_API_KEY is empty, or has what no key has', hint);
}

/** The SDK takes any text, and then trusts nobody. */
function checkAuthority(certificate: Uint8Array | undefined): void {
  if (certificate !== undefined) new X509Certificate(certificate);
}
