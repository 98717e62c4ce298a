import { z } from 'zod';
import type { Condition, PolicyStatus } from '../../sources/source.ts';

const time = z.iso.datetime();
const names = z.array(z.string());

const condition = z.object({
  type: z.string().describe('Ready, Drifted, Reconciling, Degraded, Conflict, Paused or Stalled.'),
  status: z.enum(['True', 'False', 'Unknown']).describe('True, False or Unknown.'),
  reason: z.string().optional().describe('Reason as one word, see docs/errors.md.'),
  message: z.string().optional().describe('Reason as a sentence.'),
  last_transition_time: time.optional().describe('When status last changed.'),
  lastTransitionTime: time
    .optional()
    .describe('Same as message, under the name that most tools read.'),
  observedGeneration: z
    .int()
    .optional()
    .describe('Generation of the spec that the condition is about.'),
} satisfies Record<keyof Condition, z.ZodType> & Record<string, z.ZodType>);

const finding = z.object({
  code: z
    .string()
    .describe('OutsidePolicy, Unrevocable, CodeNotAdopted, ConflictingPolicy or VerifierOutdated.'),
  role: z.string().describe('The role that has the access.'),
  message: z.string().describe('Which role has which access, and who can change it.'),
});

/** What pgwarden reports about a policy: `PolicyStatus`, and the fields that common tools look for. */
export const statusSchema = z.object({
  conditions: z.array(condition).optional().describe('Status of the policy.'),
  observed_generation: z.int().optional().describe('Generation of the spec that was last checked.'),
  observedGeneration: z
    .int()
    .optional()
    .describe('Same as observed_generation, as kstatus reads it.'),
  observed_version: z.string().optional().describe('Version of the spec that was last checked.'),
  last_reconcile_time: time.optional().describe('Time of the last check.'),
  last_successful_reconcile_time: time.optional().describe('Time of the last successful check.'),
  last_change_time: time.optional().describe('Time of the last change in the database.'),
  change_summary: z
    .record(z.string(), z.int())
    .optional()
    .describe('Counts of the changes last made or planned; total is their sum.'),
  planned_sql: z.string().optional().describe('Planned statements, without passwords, shortened.'),
  applied_sql: z.string().optional().describe('Statements last run, without passwords, shortened.'),
  finding_count: z.int().optional().describe('Number of findings.'),
  findings: z.array(finding).optional().describe('The first findings.'),
  last_error: z.string().optional().describe('Error that stops the policy.'),
  transient_failure_count: z.int().optional().describe('Failed attempts in a row.'),
  managed_database_identity: z.string().optional().describe('Server and database.'),
  owned_roles: names.optional().describe('Roles that the policy owns.'),
  owned_schemas: names.optional().describe('Schemas that the policy owns.'),
  named_groups: names.optional().describe('Groups outside the policy to which it adds members.'),
  named_roles: names.optional().describe('Roles outside the policy to which it grants.'),
  exclusive_groups: names
    .optional()
    .describe('Groups outside the policy whose members it decides.'),
  external_roles: names.optional().describe('External roles whose grants it decides.'),
  named_members: names.optional().describe('Roles outside the policy that it makes members.'),
  covers_database: z.boolean().optional().describe('Whether coverage is database.'),
  claim_unproven: z
    .boolean()
    .optional()
    .describe('Whether the connected role lacks rights on some of these.'),
  claimed_since: time.optional().describe('Time since which the policy owns these.'),
  applied_password_source_versions: z
    .record(z.string(), z.string())
    .optional()
    .describe('By role: salted hash of the source of the password last applied.'),
  applied_password_server: z.string().optional().describe('Server on which they were applied.'),
} satisfies Record<keyof PolicyStatus, z.ZodType> & Record<string, z.ZodType>);
