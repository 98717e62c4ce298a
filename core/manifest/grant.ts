import { z } from 'zod';
import { grantableTypes } from '../registry.ts';
import { identifier, roleName, storableText } from './identifier.ts';

const privilegeNames = [
  ...new Set(Object.values(grantableTypes).flatMap((type) => type.privileges)),
];

const objectType = z.enum(Object.keys(grantableTypes));

export const privileges = z
  .array(z.enum(privilegeNames))
  .min(1, 'is empty: name at least one privilege');

/** Longer than an identifier where it has a function's arguments. */
const objectName = storableText.min(1, 'is empty: write a name, or * for all');

const objectSection = z.strictObject({
  type: objectType.describe('Object type.'),
  schema: identifier.optional().describe('Schema of the object.'),
  name: objectName.optional().describe('Object name, or * for all of the type in the schema.'),
});

export const grantSection = z
  .strictObject({
    role: roleName.describe('Grantee.'),
    privileges: privileges.describe('Privileges, upper case.'),
    object: objectSection.optional().describe('What the privileges are on.'),
    on: objectSection.optional().describe('Older spelling of object.'),
  })
  .transform(({ on, object, ...grant }) => ({ ...grant, object: object ?? on }))
  .refine((grant) => grant.object !== undefined, {
    path: ['object'],
    error: 'is missing: say what the privileges are on',
  });

export type GrantSection = z.infer<typeof grantSection>;

export const profileGrantSection = z.strictObject({
  privileges: privileges.describe('Privileges, upper case.'),
  object: z
    .strictObject({
      type: objectType.describe('Object type.'),
      name: objectName.optional().describe('Object name, or * for all of the type.'),
    })
    .describe('What the privileges are on, in each schema that binds the profile.'),
});
