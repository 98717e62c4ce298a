import { type AccessToken, WorkloadIdentityCredential } from '@azure/identity';
import type { CloudToken, TokenRequest } from './token.ts';

/** Source: Azure Database for PostgreSQL manual, Microsoft Entra authentication. */
const databaseScope = 'https://ossrdbms-aad.database.windows.net/.default';

/** An access token of the workload identity that the webhook of Azure put into the pod's environment. */
export async function azureToken({ auth }: TokenRequest): Promise<CloudToken> {
  const { scope = databaseScope } = auth;
  // A new credential reads the federated token again, which the cluster renews.
  const token: AccessToken | null = await new WorkloadIdentityCredential().getToken(scope);
  return { text: token?.token ?? '', expiresAt: new Date(token?.expiresOnTimestamp ?? 0) };
}
