import { z } from 'zod';
import { ownRoleName, storableText } from './identifier.ts';
import { instant } from './instant.ts';
import { passwordSection } from './password.ts';

export const roleSection = z.strictObject({
  name: ownRoleName.describe('Role name, as in CREATE ROLE.'),
  login: z.boolean().optional().describe('May start a session (LOGIN). Default false.'),
  superuser: z.boolean().optional().describe('Bypasses every check (SUPERUSER). Default false.'),
  createdb: z.boolean().optional().describe('May create databases (CREATEDB). Default false.'),
  createrole: z.boolean().optional().describe('May create roles (CREATEROLE). Default false.'),
  inherit: z
    .boolean()
    .optional()
    .describe('Uses the privileges of its groups (INHERIT). Default true.'),
  replication: z.boolean().optional().describe('May stream the WAL (REPLICATION). Default false.'),
  bypassrls: z.boolean().optional().describe('Bypasses row security (BYPASSRLS). Default false.'),
  connection_limit: z
    .int()
    .min(-1)
    .max(2147483647)
    .optional()
    .describe('Concurrent sessions; -1, the default, is unlimited.'),
  comment: storableText.optional().describe('COMMENT ON ROLE. Default none.'),
  password: passwordSection.optional().describe('Where the password comes from.'),
  password_valid_until: instant
    .optional()
    .describe('VALID UNTIL, an ISO 8601 timestamp with a zone.'),
});

export type RoleSection = z.infer<typeof roleSection>;
