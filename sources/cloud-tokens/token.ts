import type { CloudAuth } from '../../core/manifest/cloud-auth.ts';

/** Never log it: it acts for a cloud identity until it expires. */
export interface CloudToken {
  readonly text: string;
  readonly expiresAt: Date;
}

/** The identity that asks, and the login it asks for. */
export interface TokenRequest {
  readonly auth: CloudAuth;
  readonly host: string;
  readonly port: number;
  readonly user: string;
}
