import { z } from 'zod';
import { objectWords, privilegeNames } from '../kinds/grant/words.ts';
import { grantableTypes } from '../registry.ts';
import { granteeName, identifier, storableText } from './identifier.ts';

const objectType = z.enum(objectWords(grantableTypes));

export const ensure = z
  .enum(['present', 'absent'])
  .optional()
  .describe(
    'absent: pgwarden revokes the privileges, even if another policy manages the grantee. Default present.',
  );

export const withGrantOption = z
  .boolean()
  .optional()
  .describe('The grantee may grant the privileges to others (WITH GRANT OPTION). Default false.');

const columns = z.array(identifier).min(1, 'is empty: name at least one column');

export const privileges = z
  .array(z.enum(privilegeNames(grantableTypes)))
  .min(1, 'is empty: name at least one privilege');

/** May be longer than an identifier, because a function's name includes its arguments. */
const objectName = storableText.min(1, 'is empty: write a name, or * for all');

export const objectSection = z.strictObject({
  type: objectType.describe('Object type.'),
  schema: identifier.optional().describe('Schema of the object.'),
  name: objectName
    .optional()
    .describe(
      'Object name, or * for all objects of the type in the schema except members of extensions, which change only if named. A large object is named by its OID.',
    ),
});

const grantObjectSection = objectSection.extend({
  columns: columns.optional().describe('Columns of the table or view, instead of all of it.'),
});

export const grantSection = z
  .strictObject({
    role: granteeName.describe('Grantee: a role, or PUBLIC for everyone.'),
    privileges: privileges.describe('Privileges, upper case.'),
    ensure,
    with_grant_option: withGrantOption,
    object: grantObjectSection.optional().describe('Object of the privileges.'),
    on: grantObjectSection.optional().describe('Older spelling of object.'),
  })
  .transform(({ on, object, ...grant }) => ({ ...grant, object: object ?? on }))
  .refine((grant) => grant.object !== undefined, {
    path: ['object'],
    error: 'is missing: say what the privileges are on',
  });

export type GrantSection = z.infer<typeof grantSection>;

export const profileGrantSection = z.strictObject({
  privileges: privileges.describe('Privileges, upper case.'),
  with_grant_option: withGrantOption,
  object: z
    .strictObject({
      type: objectType.describe('Object type.'),
      name: objectName
        .optional()
        .describe('Object name, or * for all objects of the type except members of extensions.'),
      columns: columns.optional().describe('Columns of the table or view, instead of all of it.'),
    })
    .describe('Object of the privileges, in each schema that binds the profile.'),
});
