import { z } from 'zod';
import { configSection } from './config.ts';
import { roleName, storableText } from './identifier.ts';
import { instant } from './instant.ts';
import { passwordSection } from './password.ts';

export const roleSection = z
  .strictObject({
    name: roleName.describe(
      'Role name, as in CREATE ROLE. One that starts with pg_ needs external.',
    ),
    external: z
      .boolean()
      .optional()
      .describe(
        'Someone else creates and alters the role: it must exist, and only its grants and memberships are kept. Default false.',
      ),
    preserve_undeclared_grants: z
      .boolean()
      .optional()
      .describe('Keeps undeclared grants of the role. Default false.'),
    login: z.boolean().optional().describe('May start a session (LOGIN). Default false.'),
    superuser: z.boolean().optional().describe('Bypasses every check (SUPERUSER). Default false.'),
    createdb: z.boolean().optional().describe('May create databases (CREATEDB). Default false.'),
    createrole: z.boolean().optional().describe('May create roles (CREATEROLE). Default false.'),
    inherit: z
      .boolean()
      .optional()
      .describe('Uses the privileges of its groups (INHERIT). Default true.'),
    replication: z
      .boolean()
      .optional()
      .describe('May stream the WAL (REPLICATION). Default false.'),
    bypassrls: z.boolean().optional().describe('Bypasses row security (BYPASSRLS). Default false.'),
    connection_limit: z
      .int()
      .min(-1)
      .max(2147483647)
      .optional()
      .describe('Concurrent sessions; -1, the default, is unlimited.'),
    comment: storableText.optional().describe('COMMENT ON ROLE. Default none.'),
    config: configSection
      .optional()
      .describe(
        'Settings of its sessions (ALTER ROLE ... SET), all of them; a list such as search_path is one text, e.g. app, public. Left alone when absent.',
      ),
    database_config: configSection
      .optional()
      .describe(
        "The same in the policy's database (ALTER ROLE ... IN DATABASE ... SET). Left alone when absent.",
      ),
    password: passwordSection
      .optional()
      .describe(
        'Where the password comes from. Without it the role keeps whatever password it has, also one set by an earlier policy.',
      ),
    password_valid_until: instant
      .optional()
      .describe('VALID UNTIL, an ISO 8601 timestamp with a zone.'),
  })
  .refine(({ name, external }) => external === true || !isReserved(name), {
    path: ['name'],
    error: 'starts with pg_, which PostgreSQL reserves for its own roles: declare it external',
    when: ({ value }) => isMap(value), // also beside what is wrong with other keys
  });

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** Roles that PostgreSQL brings: nobody else may create or alter them. */
function isReserved(name: unknown): boolean {
  return typeof name === 'string' && name.startsWith('pg_');
}

export type RoleSection = z.infer<typeof roleSection>;
