import { z } from 'zod';
import { secretName } from './password.ts';

const secretKeySelector = z.strictObject({
  name: secretName,
  key: z.string().trim().min(1, 'is empty: name the key'),
});
const text = z
  .string()
  .refine((value) => value.trim() !== '', 'is blank: write a value or leave it out');

export const sslModes = [
  'disable',
  'allow',
  'prefer',
  'require',
  'verify-ca',
  'verify-full',
] as const;

const params = z.strictObject({
  host: text.optional(),
  hostSecret: secretKeySelector.optional(),
  port: z.int().min(1).max(65535).optional(),
  portSecret: secretKeySelector.optional(),
  dbname: text.optional(),
  dbnameSecret: secretKeySelector.optional(),
  username: text.optional(),
  usernameSecret: secretKeySelector.optional(),
  password: text.optional(),
  passwordSecret: secretKeySelector.optional(),
  sslMode: z.enum(sslModes).optional(),
  sslModeSecret: secretKeySelector.optional(),
});

export type ConnectionParams = z.infer<typeof params>;

export const connectionSection = z
  .strictObject({
    secretRef: z
      .strictObject({ name: secretName })
      .optional()
      .describe('Secret with a connection URL.'),
    secretKey: z.string().min(1).optional().describe('Key of the URL. Default DATABASE_URL.'),
    params: params
      .optional()
      .describe('Single fields instead of a URL, each literal or from a Secret.'),
  })
  .superRefine((connection, context) => {
    if ((connection.secretRef === undefined) === (connection.params === undefined)) {
      context.addIssue({
        code: 'custom',
        path: [],
        message: 'needs exactly one of secretRef and params',
      });
    }
    for (const [path, message] of pairProblems(connection.params ?? requiredPresent)) {
      context.addIssue({ code: 'custom', path: ['params', path], message });
    }
  });

export type ConnectionSection = z.infer<typeof connectionSection>;

const requiredPresent: ConnectionParams = { host: '-', dbname: '-', username: '-', password: '-' };
const required = ['host', 'dbname', 'username', 'password'] as const;
const optional = ['port', 'sslMode'] as const;

function pairProblems(values: ConnectionParams): [string, string][] {
  const problems: [string, string][] = [];
  for (const field of [...required, ...optional]) {
    const literal = values[field] !== undefined;
    const secret = values[`${field}Secret`] !== undefined;
    if (literal && secret)
      problems.push([field, `is given twice: keep ${field} or ${field}Secret`]);
    if (!literal && !secret && isRequired(field)) {
      problems.push([field, `is missing: write ${field} or ${field}Secret`]);
    }
  }
  return problems;
}

function isRequired(field: string): boolean {
  return required.some((name) => name === field);
}
