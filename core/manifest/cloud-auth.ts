import { z } from 'zod';

/** Cloud identities of pgwarden that a connection may log in with. */
export const authTypes = [
  'aws_rds_iam',
  'gcp_workload_identity',
  'azure_workload_identity',
] as const;

type AuthType = (typeof authTypes)[number];

const region = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+)+-\d{1,2}$/, 'is not a region: write one like eu-central-1');

const serviceAccount = z
  .string()
  .max(320, 'is longer than 320 characters')
  .regex(/^[^\s@/?#%]+@[a-z0-9.-]+$/, 'is not the email address of a service account');

const scope = z
  .string()
  .max(512, 'is longer than 512 characters')
  .regex(/^https:\/\/[\w.:/-]+$/, 'is not a scope: write one that begins with https://');

export const cloudAuth = z.strictObject({
  type: z
    .enum(authTypes)
    .describe(
      'Which identity of pgwarden to use: AWS for RDS and Aurora, Google Cloud, or Azure. The worker gets a token for it.',
    ),
  region: region
    .optional()
    .describe(
      'For aws_rds_iam: region of the database. Default the region in the host name, otherwise AWS_REGION.',
    ),
  impersonateServiceAccount: serviceAccount
    .optional()
    .describe('For gcp_workload_identity: email address of the service account to act as.'),
  scope: scope
    .optional()
    .describe(
      'For gcp_workload_identity and azure_workload_identity: scope of the token. Default the database service.',
    ),
});

export type CloudAuth = z.infer<typeof cloudAuth>;

/** The fields of each type. */
const fieldsOf: Readonly<Record<AuthType, readonly (keyof CloudAuth)[]>> = {
  aws_rds_iam: ['region'],
  gcp_workload_identity: ['impersonateServiceAccount', 'scope'],
  azure_workload_identity: ['scope'],
};

export const authOptions = ['region', 'impersonateServiceAccount', 'scope'] as const;

/** The types with a field. */
export function typesWith(field: keyof CloudAuth): readonly AuthType[] {
  return authTypes.filter((type) => fieldsOf[type].includes(field));
}

/**
 * Where a wrong server could use a token: a token of AWS at one host and port as one user, others everywhere.
 * Source: Amazon RDS manual, IAM database authentication.
 */
export function tokenReach({ type }: CloudAuth): 'host' | 'anywhere' {
  return type === 'aws_rds_iam' ? 'host' : 'anywhere';
}

/** Other ways to log in, which contradict a cloud identity. */
export const otherCredentials = [
  'password',
  'passwordSecret',
  'sslCertSecret',
  'sslKeySecret',
] as const;

/** Fields that do not apply to the type. */
export function strayOptions(auth: CloudAuth): [string, string][] {
  return authOptions
    .filter((field) => auth[field] !== undefined && !fieldsOf[auth.type].includes(field))
    .map((field) => [field, `has no effect with ${auth.type}: remove it`]);
}

/** Why a token cannot be sent to these servers, to follow the name of the field `host`. */
export function tokenHostProblem(auth: CloudAuth, hosts: readonly string[]): string | undefined {
  if (hosts.some((host) => host.startsWith('/'))) {
    return 'is a socket directory, which has no TLS: auth needs a host';
  }
  if (tokenReach(auth) === 'host' && hosts.length > 1) {
    return `has several entries, and a token of ${auth.type} is for one host: write one`;
  }
  return undefined;
}
