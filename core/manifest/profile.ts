import { z } from 'zod';
import { configSection } from './config.ts';
import { profileDefaultSection } from './default-privilege.ts';
import { profileGrantSection } from './grant.ts';

export const profileSection = z.strictObject({
  login: z.boolean().optional().describe('LOGIN of the generated roles.'),
  inherit: z.boolean().optional().describe('INHERIT of the generated roles.'),
  config: configSection
    .optional()
    .describe('Settings of their sessions; {schema} and {profile} in a value are replaced.'),
  grants: z.array(profileGrantSection).optional().describe('Privileges on objects of the schema.'),
  default_privileges: z
    .array(profileDefaultSection)
    .optional()
    .describe('Privileges on objects created in the schema later.'),
});

export type ProfileSection = z.infer<typeof profileSection>;
