import { z } from 'zod';
import { ownRoleName, roleName } from './identifier.ts';

export const retirementSection = z.strictObject({
  role: ownRoleName.describe('Role to drop.'),
  reassign_owned_to: roleName.optional().describe('Role that gets what it owns (REASSIGN OWNED).'),
  drop_owned: z
    .boolean()
    .optional()
    .describe('Drop what it still owns and its privileges (DROP OWNED).'),
  allow_data_loss: z
    .boolean()
    .optional()
    .describe(
      'Consents to losing what drop_owned destroys, where the role owns tables or other things that hold data. Default false.',
    ),
  adopt_code: z
    .boolean()
    .optional()
    .describe(
      'Also gives reassign_owned_to what runs code with the rights of its owner: SECURITY DEFINER functions, views, materialized views, tables with rules or functions attached, and the other tables that adopt_code of ownership is about. Read that code first. Default false: the role is then not retired while it owns any.',
    ),
  terminate_sessions: z.boolean().optional().describe('End its sessions first.'),
});
