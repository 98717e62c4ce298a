import { type AuthClient, GoogleAuth, Impersonated } from 'google-auth-library';
import type { CloudToken, TokenRequest } from './token.ts';

/** Source: Cloud SQL manual, IAM database authentication. */
const loginScope = 'https://www.googleapis.com/auth/sqlservice.login';
/** Source: IAM manual, generateAccessToken. */
const impersonationScope = 'https://www.googleapis.com/auth/cloud-platform';

/** An access token of the application's default credentials, or of the service account that they may act as. */
export async function gcpToken({ auth }: TokenRequest): Promise<CloudToken> {
  const { impersonateServiceAccount: targetPrincipal, scope = loginScope } = auth;
  const client =
    targetPrincipal === undefined
      ? await ownClient(scope)
      : new Impersonated({
          sourceClient: await ownClient(impersonationScope),
          targetPrincipal,
          targetScopes: [scope],
        });
  const { token } = await client.getAccessToken();
  const { expiry_date: expiry } = client.credentials;
  return { text: token ?? '', expiresAt: new Date(expiry ?? 0) };
}

function ownClient(scope: string): Promise<AuthClient> {
  return new DefaultCredentials({ scopes: [scope] }).getClient();
}

/**
 * Credentials from a file that the environment or gcloud names, otherwise from the metadata server. We choose here,
 * because the library would first probe for such a server, remember a negative answer forever, and write the server's
 * answer to stderr.
 */
class DefaultCredentials extends GoogleAuth {
  override _checkIsGCE(): Promise<boolean> {
    return Promise.resolve(true);
  }
}
