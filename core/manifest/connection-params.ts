import { z } from 'zod';
import { cloudAuth } from './cloud-auth.ts';
import { fitsName, roleName, tooLong } from './identifier.ts';
import { secretName } from './password.ts';
import { channelBindings, sslModes } from './ssl-mode.ts';

const secretKeySelector = z.strictObject({
  name: secretName.describe('Name of the Secret, in the namespace of the policy.'),
  key: z.string().trim().min(1, 'is empty: name the key').describe('Key in the Secret.'),
});

export type SecretKeySelector = z.infer<typeof secretKeySelector>;

const text = z
  .string()
  .refine((value) => value.trim() !== '', 'is blank: write a value or leave it out');

/** PostgreSQL truncates longer names, so it would use another database or user than the bounds have checked. */
const serverName = text.refine((value) => fitsName(value.trim()), tooLong);

const portList = z
  .string()
  .regex(/^\d{1,5}(,\d{1,5})*$/, 'must be a port, or one for each host with commas between');

export const connectionParams = z.strictObject({
  host: text
    .optional()
    .describe(
      'Host name, address or socket directory. Several, separated by commas, are tried in this order.',
    ),
  hostSecret: secretKeySelector.optional().describe('The same, from a Secret.'),
  port: z
    .union([z.int().min(1).max(65535), portList], {
      error: ({ input }) =>
        typeof input === 'number'
          ? 'must be a whole number from 1 to 65535'
          : 'must be a port, or one for each host with commas between',
    })
    .optional()
    .describe('Port. Default 5432. For several hosts: one for all, or one for each: "5432,5433".'),
  portSecret: secretKeySelector.optional().describe('The same, from a Secret.'),
  dbname: serverName.optional().describe('Database name.'),
  dbnameSecret: secretKeySelector.optional().describe('The same, from a Secret.'),
  username: serverName.optional().describe('User to connect as.'),
  usernameSecret: secretKeySelector.optional().describe('The same, from a Secret.'),
  password: text.optional().describe('Its password. Not needed with auth or a client certificate.'),
  passwordSecret: secretKeySelector.optional().describe('The same, from a Secret.'),
  auth: cloudAuth
    .optional()
    .describe('A cloud identity of pgwarden, instead of a password or a client certificate.'),
  sslMode: z
    .enum(sslModes)
    .optional()
    .describe(
      'How to use TLS. Default prefer; verify-full with sslRootCertSecret or auth, but require for aws_rds_iam without sslRootCertSecret.',
    ),
  sslModeSecret: secretKeySelector.optional().describe('The same, from a Secret.'),
  sslRootCertSecret: secretKeySelector
    .optional()
    .describe(
      'Certificates of trusted authorities for the server certificate, as PEM. Default the authorities of the system.',
    ),
  sslCertSecret: secretKeySelector
    .optional()
    .describe('Client certificate, as PEM. Needs sslKeySecret.'),
  sslKeySecret: secretKeySelector
    .optional()
    .describe('Private key of the client certificate, as PEM without a passphrase.'),
  channelBinding: z
    .enum(channelBindings)
    .optional()
    .describe('Whether the password exchange is bound to the TLS connection. Default prefer.'),
  targetSessionAttrs: z
    .enum(['any', 'read-write'])
    .optional()
    .describe('Which of several hosts to accept. Default any.'),
  setRole: roleName
    .optional()
    .describe(
      'Role to become after connecting (SET ROLE). pgwarden does everything as that role. In a URL: ?role=NAME.',
    ),
});

export type ConnectionParams = z.infer<typeof connectionParams>;
