import { z } from 'zod';
import { roleName } from './identifier.ts';
import { secretName } from './password.ts';

const secretKeySelector = z.strictObject({
  name: secretName.describe('Name of the Secret, in the namespace of the policy.'),
  key: z.string().trim().min(1, 'is empty: name the key').describe('Key in the Secret.'),
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
  host: text.optional().describe('Host name, address or socket directory.'),
  hostSecret: secretKeySelector.optional().describe('The same, from a Secret.'),
  port: z.int().min(1).max(65535).optional().describe('Port. Default 5432.'),
  portSecret: secretKeySelector.optional().describe('The same, from a Secret.'),
  dbname: text.optional().describe('Database name.'),
  dbnameSecret: secretKeySelector.optional().describe('The same, from a Secret.'),
  username: text.optional().describe('User to connect as.'),
  usernameSecret: secretKeySelector.optional().describe('The same, from a Secret.'),
  password: text.optional().describe('Its password.'),
  passwordSecret: secretKeySelector.optional().describe('The same, from a Secret.'),
  sslMode: z.enum(sslModes).optional().describe('How to use TLS. Default prefer.'),
  sslModeSecret: secretKeySelector.optional().describe('The same, from a Secret.'),
  setRole: roleName
    .optional()
    .describe(
      'Role to become after connecting (SET ROLE). Everything is done as that role. In a URL: ?role=NAME.',
    ),
});

export type ConnectionParams = z.infer<typeof params>;

export const connectionSection = z
  .strictObject({
    secretRef: z
      .strictObject({
        name: secretName.describe('Name of the Secret, in the namespace of the policy.'),
      })
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
