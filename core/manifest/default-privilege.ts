import { z } from 'zod';
import { defaultWords } from '../kinds/grant/words.ts';
import { grantableTypes } from '../registry.ts';
import { ensure, privileges, withGrantOption } from './grant.ts';
import { granteeName, identifier, roleName } from './identifier.ts';

export const profileDefaultSection = z.strictObject({
  role: granteeName
    .optional()
    .describe('Grantee. Required outside profiles, and without effect in them.'),
  privileges: privileges.describe('Privileges, upper case.'),
  with_grant_option: withGrantOption,
  on_type: z.enum(defaultWords(grantableTypes)).describe('Type of the objects created later.'),
});

const defaultGrantSection = profileDefaultSection.extend({ ensure });

const scope = z
  .strictObject({
    type: z
      .enum(['schema', 'global'])
      .describe('In one schema, or global: in every schema, and for types outside schemas.'),
    schema: identifier.optional().describe('The schema, if the type is schema.'),
  })
  .refine(({ type, schema }) => type !== 'schema' || schema !== undefined, {
    path: ['schema'],
    error: 'is missing: say which schema',
  })
  .refine(({ type, schema }) => type !== 'global' || schema === undefined, {
    path: ['schema'],
    error: 'cannot be combined with type global, which means every schema: remove it',
  });

export const defaultPrivilegeSection = z
  .strictObject({
    owner: roleName
      .optional()
      .describe('Role that will create the objects. Default default_owner.'),
    owners: z
      .array(roleName)
      .min(1, 'is empty: name at least one owner')
      .optional()
      .describe('The same for several.'),
    schema: identifier.optional().describe('Schema the objects will be in.'),
    scope: scope.optional().describe('Instead of schema: where the objects will be.'),
    grant: z
      .array(defaultGrantSection)
      .min(1, 'is empty: name at least one grant')
      .describe('Grantees and their privileges.'),
  })
  .refine(({ schema, scope: other }) => (schema === undefined) !== (other === undefined), {
    path: ['schema'],
    error: 'is needed, or scope instead of it: write one of them',
  })
  .refine(({ owner, owners }) => owner === undefined || owners === undefined, {
    path: ['owners'],
    error: 'cannot be combined with owner: write one of them',
  });
