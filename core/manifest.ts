import { z } from 'zod';
import { defaultPrivilegeSection } from './manifest/default-privilege.ts';
import { grantSection } from './manifest/grant.ts';
import { roleName, storableText } from './manifest/identifier.ts';
import { membershipSection } from './manifest/membership.ts';
import { profileSection } from './manifest/profile.ts';
import { retirementSection } from './manifest/retirement.ts';
import { roleSection } from './manifest/role.ts';
import { schemaSection } from './manifest/schema.ts';

/** The sections that say what a database should be like: a CLI manifest, and most of a policy's spec. */
export const manifestShape = {
  default_owner: roleName
    .optional()
    .describe('Owner of schemas and default privileges that name none.'),
  profiles: z
    .record(storableText.min(1, 'is empty: write a name'), profileSection)
    .optional()
    .describe('Sets of privileges by name, for schemas to bind.'),
  schemas: z
    .array(schemaSection)
    .optional()
    .describe('Schemas to keep, with the profiles bound to them.'),
  roles: z
    .array(roleSection)
    .optional()
    .describe('Roles to keep. What is not said has the default of CREATE ROLE.'),
  grants: z.array(grantSection).optional().describe('Privileges on objects.'),
  default_privileges: z
    .array(defaultPrivilegeSection)
    .optional()
    .describe('Privileges on objects created later.'),
  memberships: z.array(membershipSection).optional().describe('Who is a member of which role.'),
  retirements: z
    .array(retirementSection)
    .optional()
    .describe('Roles to drop, and what becomes of what they hold.'),
};

/** A manifest for the CLI. `auth_providers` is accepted for compatibility and has no effect. */
export const manifestSchema = z.strictObject({
  ...manifestShape,
  auth_providers: z.array(z.record(z.string(), z.unknown())).optional(),
});

export type Manifest = Omit<z.infer<typeof manifestSchema>, 'auth_providers'>;
