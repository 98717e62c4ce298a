import { z } from 'zod';
import { roleName } from './identifier.ts';

export const membershipSection = z.strictObject({
  role: roleName.describe('The group.'),
  exclusive: z
    .boolean()
    .optional()
    .describe(
      'Removes undeclared members. For groups that the policy does not declare; its own groups are always exclusive. Default false.',
    ),
  members: z
    .array(
      z.strictObject({
        name: roleName.describe('The member.'),
        inherit: z
          .boolean()
          .optional()
          .describe(
            'Uses the group without SET ROLE. Default true. Up to PostgreSQL 15, the INHERIT attribute of the member decides this for all its groups, and a contradicting value is refused.',
          ),
        set: z
          .boolean()
          .optional()
          .describe(
            'May become the group with SET ROLE. Default true; false is refused up to PostgreSQL 15.',
          ),
        admin: z.boolean().optional().describe('May add members (ADMIN). Default false.'),
      }),
    )
    .min(1, 'is empty: name at least one member')
    .describe('Its members.'),
});
