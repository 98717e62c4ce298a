import { Signer } from '@aws-sdk/rds-signer';
import type { CloudToken, TokenRequest } from './token.ts';

/** A token is valid for 15 minutes. Source: Amazon RDS manual, IAM database authentication. */
const lifetimeMs = 15 * 60_000;

/**
 * A token for one user of one server, signed here with the credentials of the SDK's default chain: a web identity (IRSA), Pod
 * Identity, the environment, a profile or an instance.
 */
export async function awsToken({ auth, host, port, user }: TokenRequest): Promise<CloudToken> {
  const region = auth.region ?? regionOf(host);
  const server = { hostname: host, port, username: user };
  const signer = new Signer(region === undefined ? server : { ...server, region });
  const expiresAt = new Date(Date.now() + lifetimeMs);
  return { text: await signer.getAuthToken(), expiresAt };
}

/** As in `shop.abc123.eu-central-1.rds.amazonaws.com`. */
function regionOf(host: string): string | undefined {
  return /\.([a-z0-9-]+)\.rds\.amazonaws\.com(?:\.cn)?\.?$/i.exec(host)?.[1]?.toLowerCase();
}
