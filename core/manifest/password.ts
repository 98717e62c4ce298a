import { z } from 'zod';

const secretKey = z
  .string()
  .regex(
    /^[A-Za-z0-9._-]+$/,
    'is not a Secret key: use letters, digits, dots, dashes and underscores',
  );

/** A Kubernetes object name: a DNS subdomain. */
export const secretName = z
  .string()
  .max(253, 'is longer than 253 characters')
  .regex(
    /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/,
    'is not a Secret name: use lower case, digits, dots and dashes',
  );

const generate = z.strictObject({
  length: z.int().min(16).max(128).optional().describe('Characters, 16 to 128. Default 32.'),
  secretName: secretName.optional().describe('Default {policy}-pgr-{role}.'),
  secretKey: secretKey
    .refine((key) => key !== 'verifier', 'is taken by the SCRAM verifier: choose another key')
    .optional()
    .describe('Key of the cleartext. Default password.'),
});

export const passwordSection = z.strictObject({
  secretRef: z
    .strictObject({
      name: secretName.describe('Name of the Secret, in the namespace of the policy.'),
    })
    .optional()
    .describe('Secret that holds the password.'),
  secretKey: secretKey
    .optional()
    .describe('Key in that Secret. Default the role name. Has no effect with generate.'),
  generate: generate
    .optional()
    .describe('Generate a password and keep it in a Secret of the policy.'),
  from_env: z
    .string()
    .min(1)
    .optional()
    .describe('Environment variable, in manifests for the CLI only.'),
});

export type PasswordSection = z.infer<typeof passwordSection>;
