import { z } from 'zod';
import { defaultGrantSection } from './default-privilege.ts';
import { profileGrantSection } from './grant.ts';

export const profileSection = z.strictObject({
  login: z.boolean().optional().describe('LOGIN of the generated roles.'),
  inherit: z.boolean().optional().describe('INHERIT of the generated roles.'),
  grants: z.array(profileGrantSection).optional(),
  default_privileges: z.array(defaultGrantSection).optional(),
});

export type ProfileSection = z.infer<typeof profileSection>;
