import { z } from 'zod';
import { connectionSection } from '../manifest/connection.ts';
import { defaultInterval, interval } from '../manifest/interval.ts';
import { manifestShape } from '../manifest.ts';

const metadata = z.looseObject({
  name: z
    .string()
    .max(253, 'is longer than 253 characters')
    .regex(
      /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/,
      'is not a resource name: use lower case, digits, dots and dashes',
    ),
  namespace: z
    .string()
    .max(63, 'is longer than 63 characters')
    .regex(
      /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
      'is not a namespace: use lower case, digits and dashes',
    )
    .default('default'),
});

const policySpecSchema = z
  .strictObject({
    connection: connectionSection.describe('How to reach the database.'),
    interval: interval
      .prefault(defaultInterval)
      .describe('Time between checks, e.g. 30s, 5m, 1h30m. Default 5m, at least 1s.'),
    max_interval: interval
      .optional()
      .describe(
        'The longest time between checks while nothing changes. After each check that finds nothing, the time doubles, from interval up to this. A change starts again with interval. Default: always interval.',
      ),
    suspend: z
      .boolean()
      .default(false)
      .describe('Stop reconciling and leave the database as it is.'),
    mode: z
      .enum(['apply', 'plan', 'observe'])
      .transform((mode) => (mode === 'observe' ? 'plan' : mode))
      .prefault('apply')
      .describe(
        'Apply changes, or only publish the plan (plan, or observe, which means the same).',
      ),
    approval: z
      .enum(['auto', 'manual'])
      .optional()
      .describe(
        'Whether changes wait for approval. In mode apply, only auto (the default) is supported.',
      ),
    reconciliation_mode: z
      .enum(['authoritative', 'additive', 'adopt'])
      .default('authoritative')
      .describe(
        'Which changes pgwarden makes: all (authoritative, the default), all except dropping roles (adopt), or only additions (additive; a password set by another policy or a person stays).',
      ),
    deletion_policy: z
      .enum(['Retain', 'Revoke'])
      .default('Retain')
      .describe(
        'What happens in the database when the resource is deleted: Retain changes nothing, Revoke revokes the grants, default privileges and memberships declared here. Roles and the objects they own stay.',
      ),
    ...manifestShape,
  })
  .refine(({ interval: least, max_interval: most }) => most === undefined || most >= least, {
    path: ['max_interval'],
    error: 'is shorter than interval',
  })
  .refine(({ approval: wanted, mode }) => wanted !== 'manual' || mode === 'plan', {
    path: ['approval'],
    error:
      'manual is not supported in mode apply: use mode plan to see changes without making them',
  });

export const policySchema = z.strictObject({
  apiVersion: z.literal('pgroles.io/v1alpha1'),
  kind: z.literal('PostgresPolicy'),
  metadata,
  spec: policySpecSchema,
  status: z.unknown().optional(),
});

export type Policy = z.infer<typeof policySchema>;
export type PolicySpec = Policy['spec'];

export const secretSchema = z.looseObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Secret'),
  metadata,
  data: z.record(z.string(), z.base64('is not base64: use stringData for plain text')).optional(),
  stringData: z.record(z.string(), z.string()).optional(),
});
