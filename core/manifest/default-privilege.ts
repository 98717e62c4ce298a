import { z } from 'zod';
import { grantableTypes } from '../registry.ts';
import { privileges } from './grant.ts';
import { identifier, roleName } from './identifier.ts';

const onTypes = Object.entries(grantableTypes)
  .filter(([, type]) => type.defaults !== undefined)
  .map(([name]) => name);

export const defaultGrantSection = z.strictObject({
  role: roleName.optional().describe('Grantee. Required outside profiles.'),
  privileges: privileges.describe('Privileges, upper case.'),
  on_type: z.enum(onTypes).describe('Type of the objects created later.'),
});

export const defaultPrivilegeSection = z.strictObject({
  owner: roleName.optional().describe('Who will create the objects. Default default_owner.'),
  schema: identifier.describe('Schema the objects will be in.'),
  grant: z
    .array(defaultGrantSection)
    .min(1, 'is empty: name at least one grant')
    .describe('Who gets what.'),
});
