import { z } from 'zod';
import type { Condition, PolicyStatus } from '../../sources/source.ts';

const time = z.iso.datetime();
const names = z.array(z.string());

const condition = z.object({
  type: z.string().describe('Ready, Drifted, Reconciling, Degraded, Conflict, Paused or Stalled.'),
  status: z.enum(['True', 'False', 'Unknown']).describe('Whether it holds.'),
  reason: z.string().optional().describe('One word for why, as docs/errors.md has it.'),
  message: z.string().optional().describe('A sentence for people.'),
  last_transition_time: time.optional().describe('When status last changed.'),
  lastTransitionTime: time.optional().describe('The same, as most tools read it.'),
  observedGeneration: z.int().optional().describe('Generation of the spec it speaks of.'),
} satisfies Record<keyof Condition, z.ZodType> & Record<string, z.ZodType>);

const finding = z.object({
  code: z
    .string()
    .describe('OutsidePolicy, Unrevocable, CodeNotAdopted, ConflictingPolicy or VerifierOutdated.'),
  role: z.string().describe('The role whose access it is.'),
  message: z.string().describe('Who has what where, and who could change it.'),
});

/** What the product says of a policy: `PolicyStatus`, and beside it the names by which common tools look for it. */
export const statusSchema = z.object({
  conditions: z.array(condition).optional().describe('How it stands with the policy.'),
  observed_generation: z.int().optional().describe('Generation of the spec that was looked at.'),
  observedGeneration: z.int().optional().describe('The same, as kstatus reads it.'),
  observed_version: z.string().optional().describe('Version of the spec that was looked at.'),
  last_reconcile_time: time.optional().describe('When it was last looked at.'),
  last_successful_reconcile_time: time.optional().describe('When that last went well.'),
  last_change_time: time.optional().describe('When the database was last changed.'),
  change_summary: z
    .record(z.string(), z.int())
    .optional()
    .describe('Counts of the changes last made, or planned; total is all of them.'),
  planned_sql: z.string().optional().describe('What would be run, passwords redacted, cut.'),
  applied_sql: z.string().optional().describe('What was last run, passwords redacted, cut.'),
  finding_count: z.int().optional().describe('Access outside the policy: how much.'),
  findings: z.array(finding).optional().describe('The first of it.'),
  last_error: z.string().optional().describe('Why it does not go on.'),
  transient_failure_count: z.int().optional().describe('Failed attempts one after another.'),
  managed_database_identity: z.string().optional().describe('Server and database.'),
  owned_roles: names.optional().describe('Roles it owns.'),
  owned_schemas: names.optional().describe('Schemas it owns.'),
  named_groups: names.optional().describe('Roles of others it adds members to.'),
  named_roles: names.optional().describe('Roles of others it grants to.'),
  exclusive_groups: names.optional().describe('Groups of others it decides all members of.'),
  external_roles: names.optional().describe('Roles of others it decides all grants of.'),
  named_members: names.optional().describe('Roles of others it makes members.'),
  covers_database: z.boolean().optional().describe('Whether coverage is database.'),
  claim_unproven: z
    .boolean()
    .optional()
    .describe('Whether the connected role lacks rights over some of it.'),
  claimed_since: time.optional().describe('Since when these are its own.'),
  applied_password_source_versions: z
    .record(z.string(), z.string())
    .optional()
    .describe('By role: salted hash of the password source last applied.'),
  applied_password_server: z.string().optional().describe('Server they were applied to.'),
} satisfies Record<keyof PolicyStatus, z.ZodType> & Record<string, z.ZodType>);
