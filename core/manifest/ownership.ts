import { z } from 'zod';
import { objectSection } from './grant.ts';
import { roleName } from './identifier.ts';

export const ownershipSection = z.strictObject({
  owner: roleName.describe('Role that owns the objects.'),
  object: objectSection.describe(
    'What it owns. The sequence of a serial or identity column has the owner of its table.',
  ),
});
