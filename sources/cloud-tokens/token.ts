import type { CloudAuth } from '../../core/manifest/cloud-auth.ts';

/** Stands for a cloud identity until it ends: never log it. */
export interface CloudToken {
  readonly text: string;
  readonly expiresAt: Date;
}

/** Who asks, for which login. */
export interface TokenRequest {
  readonly auth: CloudAuth;
  readonly host: string;
  readonly port: number;
  readonly user: string;
}
