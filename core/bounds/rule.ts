import { z } from 'zod';
import { authTypes } from '../manifest/cloud-auth.ts';
import { identifier } from '../manifest/identifier.ts';
import { privilegeNames } from '../kinds/grant/words.ts';
import { grantableTypes } from '../registry.ts';
import { attributes } from './attributes.ts';
import { splitHost } from './host.ts';

const glob = z.string().min(1, 'is empty: write a name, or a pattern with * for any characters');
const globs = z.array(glob);

const privilege = z.enum(privilegeNames(grantableTypes));

/** Includes columns, which are an object type of their own in a rule. */
const objectType = z.enum(Object.keys(grantableTypes));

const host = z
  .string()
  .refine(
    (text) => splitHost(text) !== undefined,
    'is no host: write a name, an address or a socket directory, with :port if only that port is allowed',
  );

const forbidden = z.strictObject({
  privileges: z
    .array(privilege)
    .min(1, 'is empty: name at least one privilege')
    .describe('Privileges, upper case.'),
  object_types: z
    .array(objectType)
    .min(1, 'is empty: name at least one type, or leave the field out for all types')
    .optional()
    .describe('Object types on which the privileges are forbidden. Default all.'),
});

/** Lists that allow names in addition to `roles`. Without `roles` they would restrict nothing. */
const besideRoles = ['grantees', 'groups', 'owners', 'default_privilege_owners'] as const;

/** A rule for the policies of some namespaces. A field that is left out restricts nothing. */
export const ruleSchema = z
  .strictObject({
    name: identifier.describe('Name of the rule, for messages.'),
    namespaces: globs
      .min(1, 'is empty: name at least one namespace, or * for all')
      .describe('Namespaces that the rule applies to. All rules for a namespace apply together.'),
    hosts: z
      .array(host)
      .optional()
      .describe(
        'Hosts that a connection may use, with :port if only that port is allowed: db.shop.svc, db:5433, [fd00::5]:5432, /run/postgresql. A leading `*.` matches one or more labels; any other * matches text without dots. The pattern is compared with the host in the connection, not with the address it resolves to.',
      ),
    databases: globs
      .optional()
      .describe(
        'Databases that a connection may use, and that a policy may grant on or give away.',
      ),
    connected_roles: globs
      .optional()
      .describe('Roles that pgwarden may act as: setRole, or else the user of the connection.'),
    cloud_identities: z
      .array(z.enum(authTypes))
      .optional()
      .describe(
        'Cloud identities of pgwarden that a connection may log in with. A connection with auth always needs a rule for the namespace with hosts and one with connected_roles, even without this field.',
      ),
    zones: globs
      .optional()
      .describe(
        'Zones whose workers a connection may use. `default` is the zone of a connection without one. If no rule for a namespace has this field, only that zone is allowed there.',
      ),
    connection_secrets: globs.optional().describe('Secrets from which a connection may be read.'),
    password_secrets: globs
      .optional()
      .describe(
        'Secrets from which passwords of roles may be read, or into which they may be generated.',
      ),
    modes: z
      .array(z.enum(['apply', 'plan']))
      .optional()
      .describe('Values that mode may have.'),
    reconciliation_modes: z
      .array(z.enum(['authoritative', 'additive', 'adopt']))
      .optional()
      .describe('Values that reconciliation_mode may have.'),
    roles: globs
      .optional()
      .describe(
        'Roles of the tenant: those that a policy may declare, generate, retire, grant to, make members, groups or owners, and revoke from. A role of the connection never belongs to them, whatever its name: see Roles of the connection.',
      ),
    grantees: globs
      .optional()
      .describe('Further roles that may get grants and be members of groups of the tenant.'),
    groups: globs.optional().describe('Further groups that roles of the tenant may be members of.'),
    predefined_roles: globs
      .optional()
      .describe(
        'Roles of PostgreSQL or a database service that roles of the tenant may be members of: pg_*, postgres, rds_superuser and the like. If it is set, only these are allowed, whatever roles and groups allow.',
      ),
    owners: globs
      .optional()
      .describe(
        'Further roles that may become owners of schemas and objects, also through a retirement.',
      ),
    default_privilege_owners: globs
      .optional()
      .describe(
        'Further roles whose default privileges may be set. A policy that names no owner means role postgres.',
      ),
    forbidden_attributes: z
      .array(z.enum(attributes))
      .optional()
      .describe(
        'Attributes that no role may get, or have through a role that it can become. See above for what else is equivalent to superuser.',
      ),
    settings: globs
      .optional()
      .describe(
        'Parameters that config and database_config may set, in lower case. An empty list forbids both fields.',
      ),
    schemas: globs
      .optional()
      .describe(
        'Schemas that may be declared, and whose objects may be granted on and given away. If it is set, default privileges need a schema. An object outside schemas then needs its type in object_types, except for CONNECT and TEMPORARY on a database. A database must be that of the connection or in databases.',
      ),
    object_types: z
      .array(objectType)
      .optional()
      .describe(
        'Object types that may be granted on or given away. The type column stands for columns.',
      ),
    forbidden_privileges: z
      .array(forbidden)
      .optional()
      .describe(
        'Privileges that may not be granted. An owner has every privilege, so only roles in owners may become owners of objects of these types, even without roles.',
      ),
    allow_public: z
      .boolean()
      .optional()
      .describe('Whether PUBLIC may get grants. Default false if roles is set, otherwise true.'),
    allow_grant_option: z
      .boolean()
      .optional()
      .describe('Whether with_grant_option and admin of a member may be true. Default true.'),
    allow_retirements: z
      .boolean()
      .optional()
      .describe('Whether roles may be retired. Default true.'),
    allow_drop_owned: z
      .boolean()
      .optional()
      .describe('Whether retirements may set drop_owned or allow_data_loss. Default true.'),
  })
  .superRefine((rule, context) => {
    if (rule.roles !== undefined) return;
    for (const list of besideRoles.filter((each) => rule[each] !== undefined)) {
      const bounded = list === 'owners' ? rule.forbidden_privileges : undefined;
      if ((bounded ?? rule.forbidden_attributes) !== undefined) continue;
      const message = 'allows roles in addition to roles, which is missing: write roles too';
      context.addIssue({ code: 'custom', path: [list], message });
    }
  });

export type Rule = z.infer<typeof ruleSchema>;
export type Attribute = (typeof attributes)[number];
