import { z } from 'zod';
import { identifier, roleName } from './identifier.ts';

export const rolePattern = z.string().min(1, 'is empty: write it like {schema}-{profile}');

export const schemaSection = z.strictObject({
  name: identifier
    .refine(
      (name) => !name.startsWith('pg_'),
      'starts with pg_, which PostgreSQL reserves for its own schemas',
    )
    .describe('Schema name. Created when missing, never dropped.'),
  profiles: z.array(z.string()).optional().describe('Profiles to bind: one role for each.'),
  role_pattern: rolePattern
    .optional()
    .describe('Name of the generated roles. Default the role_pattern of the manifest.'),
  owner: roleName.optional().describe('Owner of the schema. Default default_owner.'),
});

export type SchemaSection = z.infer<typeof schemaSection>;
