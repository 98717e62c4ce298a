import { z } from 'zod';
import { strayOptions, tokenHostProblem } from './cloud-auth.ts';
import { pairProblems } from './connection-pairs.ts';
import { type ConnectionParams, connectionParams } from './connection-params.ts';
import { secretName } from './password.ts';
import { serverList } from './server-list.ts';
import { zoneName } from './zone.ts';

export const connectionSection = z
  .strictObject({
    secretRef: z
      .strictObject({
        name: secretName.describe('Name of the Secret, in the namespace of the policy.'),
      })
      .optional()
      .describe('Secret with a connection URL, and if needed ca.crt, tls.crt and tls.key.'),
    secretKey: z.string().min(1).optional().describe('Key of the URL. Default DATABASE_URL.'),
    params: connectionParams
      .optional()
      .describe('Single fields instead of a URL, each literal or from a Secret.'),
    zone: zoneName
      .optional()
      .describe(
        'Zone whose worker connects to the database. Default: the worker without a zone, which is zone default.',
      ),
  })
  .superRefine((connection, context) => {
    if ((connection.secretRef === undefined) === (connection.params === undefined)) {
      context.addIssue({
        code: 'custom',
        path: [],
        message: 'needs exactly one of secretRef and params',
      });
    }
    const { params: values } = connection;
    if (values === undefined) return;
    for (const [path, message] of [...pairProblems(values), ...serverProblems(values)]) {
      context.addIssue({ code: 'custom', path: ['params', path], message });
    }
    for (const [path, message] of values.auth === undefined ? [] : strayOptions(values.auth)) {
      context.addIssue({ code: 'custom', path: ['params', 'auth', path], message });
    }
  });

export type ConnectionSection = z.infer<typeof connectionSection>;

/** Problems of hosts and ports that are both literals in the policy. */
function serverProblems({ host, port, portSecret, auth }: ConnectionParams): [string, string][] {
  if (host === undefined) return [];
  const ports = port === undefined || portSecret !== undefined ? undefined : String(port);
  const list = serverList(host, ports);
  if (!('servers' in list)) return [[list.field, list.problem]];
  const hosts = list.servers.map((server) => server.host);
  const problem = auth === undefined ? undefined : tokenHostProblem(auth, hosts);
  return problem === undefined ? [] : [['host', problem]];
}

/** Every Secret of a connection, in the order of its fields, possibly with duplicates. */
export function connectionSecretNames({ secretRef, params = {} }: ConnectionSection): string[] {
  const selectors = Object.values(params).flatMap((value) =>
    typeof value === 'object' && 'key' in value ? [value.name] : [],
  );
  return [...(secretRef === undefined ? [] : [secretRef.name]), ...selectors];
}
