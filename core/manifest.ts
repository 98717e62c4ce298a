import { z } from 'zod';
import { defaultPrivilegeSection } from './manifest/default-privilege.ts';
import { grantSection } from './manifest/grant.ts';
import { roleName, storableText } from './manifest/identifier.ts';
import { membershipSection } from './manifest/membership.ts';
import { ownershipSection } from './manifest/ownership.ts';
import { profileSection } from './manifest/profile.ts';
import { retirementSection } from './manifest/retirement.ts';
import { roleSection } from './manifest/role.ts';
import { rolePattern, schemaSection } from './manifest/schema.ts';

/** The sections that declare the state of a database: a manifest for the CLI, and most of a policy's spec. */
export const manifestShape = {
  coverage: z
    .enum(['declared', 'database'])
    .optional()
    .describe(
      'Which undeclared access is drift: access to schemas and objects that the manifest names (declared, the default), or all access in the database (database).',
    ),
  role_pattern: rolePattern
    .optional()
    .describe('Name of generated roles for schemas that declare none. Default {schema}-{profile}.'),
  default_owner: roleName
    .optional()
    .describe('Owner of schemas and default privileges that declare none.'),
  profiles: z
    .record(storableText.min(1, 'is empty: write a name'), profileSection)
    .optional()
    .describe('Sets of privileges by name, for schemas to bind.'),
  schemas: z
    .array(schemaSection)
    .optional()
    .describe('Schemas of the policy, with the profiles bound to them.'),
  roles: z
    .array(roleSection)
    .optional()
    .describe(
      'Roles of the policy. Options that are not declared have the defaults of CREATE ROLE.',
    ),
  grants: z.array(grantSection).optional().describe('Privileges on objects.'),
  default_privileges: z
    .array(defaultPrivilegeSection)
    .optional()
    .describe('Privileges on objects created later.'),
  ownership: z
    .array(ownershipSection)
    .optional()
    .describe(
      'Owners of tables, sequences, views, functions and so on. Schemas declare their owner themselves.',
    ),
  memberships: z.array(membershipSection).optional().describe('Members of roles.'),
  retirements: z
    .array(retirementSection)
    .optional()
    .describe('Roles to drop, and what happens to what they own and hold.'),
};

/** A manifest for the CLI. `auth_providers` is accepted for compatibility and has no effect. */
export const manifestSchema = z.strictObject({
  ...manifestShape,
  auth_providers: z.array(z.record(z.string(), z.unknown())).optional(),
});

export type Manifest = Omit<z.infer<typeof manifestSchema>, 'auth_providers'>;
