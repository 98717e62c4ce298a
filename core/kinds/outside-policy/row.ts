import { z } from 'zod';

/** Objects by type. */
const counts = z.record(z.string(), z.number());

export const row = z.discriminatedUnion('what', [
  z.object({
    what: z.enum(['privileges', 'owns']),
    role: z.string(),
    /** Null for objects outside schemas. */
    schema: z.string().nullable(),
    counts,
    /** As SQL, the first hundred, where objects are few. */
    names: z.array(z.string()).optional(),
  }),
  z.object({
    what: z.literal('elsewhere'),
    role: z.string(),
    database: z.string(),
    counts: z.object({ privileges: z.number().optional(), owns: z.number().optional() }),
  }),
  z.object({
    what: z.literal('defaults'),
    role: z.string(),
    /** Null for what the owner creates anywhere. */
    schema: z.string().nullable(),
    owner: z.string(),
  }),
  z.object({ what: z.literal('member'), role: z.string(), group: z.string() }),
  z.object({
    what: z.literal('settings'),
    role: z.string(),
    /** Null for settings in all databases. */
    database: z.string().nullable(),
    parameters: z.array(z.string()),
  }),
]);

export type OutsideRow = z.infer<typeof row>;
