import { z } from 'zod';
import { authTypes } from '../manifest/cloud-auth.ts';
import { identifier } from '../manifest/identifier.ts';
import { grantableTypes } from '../registry.ts';
import { attributes } from './attributes.ts';
import { splitHost } from './host.ts';

const glob = z.string().min(1, 'is empty: write a name, or one with * for any characters');
const globs = z.array(glob);

const privilege = z.enum([
  ...new Set(Object.values(grantableTypes).flatMap(({ privileges }) => privileges)),
]);

/** Includes columns, which are a type of their own in a rule. */
const objectType = z.enum(Object.keys(grantableTypes));

const host = z
  .string()
  .refine(
    (text) => splitHost(text) !== undefined,
    'is no host: write a name, an address or a folder of sockets, with :port where it matters',
  );

const forbidden = z.strictObject({
  privileges: z
    .array(privilege)
    .min(1, 'is empty: name at least one privilege')
    .describe('Privileges, upper case.'),
  object_types: z
    .array(objectType)
    .min(1, 'is empty: name at least one type, or leave it out for all')
    .optional()
    .describe('Object types they are forbidden on. Default all.'),
});

/** Lists that allow names in addition to `roles`: without `roles` they would restrict nothing. */
const besideRoles = ['grantees', 'groups', 'owners', 'default_privilege_owners'] as const;

/** A rule for the policies of some namespaces. It does not restrict what it does not mention. */
export const ruleSchema = z
  .strictObject({
    name: identifier.describe('Name of the rule, for the refusals.'),
    namespaces: globs
      .min(1, 'is empty: name at least one namespace, or * for all')
      .describe('Namespaces it is about. All rules that are about a namespace apply together.'),
    hosts: z
      .array(host)
      .optional()
      .describe(
        'Hosts a connection may lead to, with :port where it matters: db.shop.svc, db:5433, [fd00::5]:5432, /run/postgresql. A leading `*.` is one or more labels, another * has no dot in it. Compared with what the connection says, not with what that resolves to.',
      ),
    databases: globs
      .optional()
      .describe('Databases a connection may lead to, and that may be granted on or given away.'),
    connected_roles: globs
      .optional()
      .describe('Roles everything may be done as: setRole, or else the user of the connection.'),
    cloud_identities: z
      .array(z.enum(authTypes))
      .optional()
      .describe(
        'Cloud identities of pgwarden that a connection may log in with. With auth, some rule about the namespace needs hosts and some rule connected_roles, whether or not this is there.',
      ),
    connection_secrets: globs.optional().describe('Secrets that a connection may be read from.'),
    password_secrets: globs
      .optional()
      .describe('Secrets that passwords of roles may be read from or generated into.'),
    modes: z
      .array(z.enum(['apply', 'plan']))
      .optional()
      .describe('What mode may be.'),
    reconciliation_modes: z
      .array(z.enum(['authoritative', 'additive', 'adopt']))
      .optional()
      .describe('What reconciliation_mode may be.'),
    roles: globs
      .optional()
      .describe(
        'Roles of the tenant: those that a policy may declare, generate, retire, grant to, make members, make groups and make owners, and whose access it may take away. A role of the connection is never one of them, whatever its name: see Roles of the connection.',
      ),
    grantees: globs
      .optional()
      .describe('Further roles that may be granted to, and be members of groups of the tenant.'),
    groups: globs.optional().describe('Further groups that roles of the tenant may be members of.'),
    predefined_roles: globs
      .optional()
      .describe(
        'Roles that PostgreSQL or a database service brings, and that roles of the tenant may be members of: pg_*, postgres, rds_superuser and the like. With it no other one, whatever roles and groups say.',
      ),
    owners: globs
      .optional()
      .describe('Further roles that schemas and objects may be given to, also by a retirement.'),
    default_privilege_owners: globs
      .optional()
      .describe(
        'Further roles whose default privileges may be set. A policy that names no owner means postgres.',
      ),
    forbidden_attributes: z
      .array(z.enum(attributes))
      .optional()
      .describe(
        'Attributes that no role may be given, or have through a role that it can become. See above for what else counts as superuser.',
      ),
    settings: globs
      .optional()
      .describe(
        'Parameters that config and database_config may set, in lower case. Where the list is empty there may be neither.',
      ),
    schemas: globs
      .optional()
      .describe(
        'Schemas that may be declared, and in which may be granted and given away. With it, default privileges need a schema; what is in no schema has to be of a type in object_types, but for CONNECT and TEMPORARY on a database, and a database has to be that of the connection or in databases.',
      ),
    object_types: z
      .array(objectType)
      .optional()
      .describe('Object types that may be granted on or given away; column is for columns.'),
    forbidden_privileges: z
      .array(forbidden)
      .optional()
      .describe(
        'Privileges that may not be granted. As owners have them all, what they are on is given to no role but those of owners, here also without roles.',
      ),
    allow_public: z
      .boolean()
      .optional()
      .describe('Whether PUBLIC may be granted to. Default false where there is roles, else true.'),
    allow_grant_option: z
      .boolean()
      .optional()
      .describe('Whether with_grant_option, and admin of a member, may be true. Default true.'),
    allow_retirements: z
      .boolean()
      .optional()
      .describe('Whether roles may be retired. Default true.'),
    allow_drop_owned: z
      .boolean()
      .optional()
      .describe('Whether retirements may say drop_owned or allow_data_loss. Default true.'),
  })
  .superRefine((rule, context) => {
    if (rule.roles !== undefined) return;
    for (const list of besideRoles.filter((each) => rule[each] !== undefined)) {
      const bounded = list === 'owners' ? rule.forbidden_privileges : undefined;
      if ((bounded ?? rule.forbidden_attributes) !== undefined) continue;
      const message = 'names roles beside those of roles, which is not there: write roles too';
      context.addIssue({ code: 'custom', path: [list], message });
    }
  });

export type Rule = z.infer<typeof ruleSchema>;
export type Attribute = (typeof attributes)[number];
