import { z } from 'zod';
import { objectSection } from './grant.ts';
import { roleName } from './identifier.ts';

export const ownershipSection = z.strictObject({
  owner: roleName.describe('Role that owns the objects.'),
  object: objectSection.describe(
    'What it owns. The sequence of a serial or identity column has the owner of its table.',
  ),
  adopt_code: z
    .boolean()
    .optional()
    .describe(
      'With name *, also gives the owner what others made and what runs code with the rights of its owner. These are SECURITY DEFINER functions, views, materialized views, and tables with rules or functions attached. They are also tables whose expressions call functions that run SQL, and tables to which others could attach code later. Others could if they have TRIGGER or REFERENCES on the table that this policy does not grant. They could also if they own a type, a parent or a partition of it. Set it only where nobody but trusted roles can create objects in the schema. Default false: pgwarden reports these objects and leaves them as they are, unless a rule names them or their owner can act as the new one.',
    ),
});
