import { z } from 'zod';

const change = z
  .object({
    op: z.enum(['create', 'alter', 'drop']),
    kind: z.string().describe('Kind of the fact that changes, e.g. role, membership, table_grant.'),
    id: z
      .record(z.string(), z.string())
      .describe(
        'What the fact is of, by the kind, e.g. { "role": "staff", "member": "ana" }. An object that begins with "* " is all objects of a schema with one owner and the same grants; the statements name them.',
      ),
    explanation: z.string().describe('One sentence: what will be different.'),
  })
  .describe('One difference between the database and the policy.');

const statement = z
  .object({
    sql: z
      .string()
      .describe(
        'As psql would run it. One that sets a password is a comment: the password is not in it.',
      ),
    why: z.string().describe('The reason, one sentence.'),
    risk: z
      .enum(['none', 'loses access', 'loses data'])
      .describe('The worst that can come of it for somebody.'),
    affects: z
      .array(z.string())
      .describe(
        'Roles whose access it changes, PUBLIC for everyone. What a group has, its members have too.',
      ),
    ahead: z
      .object({
        stage: z.string().describe('Name of the step.'),
        database: z
          .string()
          .optional()
          .describe("Another database of the server, where it runs; absent for the policy's own."),
      })
      .optional()
      .describe('The step this is part of, committed before the rest, which is one transaction.'),
  })
  .describe('One statement, with the reason for it and its risk.');

const finding = z
  .object({
    code: z
      .string()
      .describe('Unrevocable and CodeNotAdopted: drift that stays. Other codes: no drift.'),
    role: z.string().describe('The role whose access it is.'),
    message: z.string().describe('Who has what where, and who could change it.'),
  })
  .describe('Access that the plan does not change and that a person should know of.');

/** What `pgwarden diff --format json` prints. Its JSON Schema is docs/plan.schema.json. */
export const planDocument = z
  .object({
    schema_version: z
      .literal('pgwarden.plan.v1')
      .describe('Fields may be added under the same version; none changes its meaning.'),
    server: z.string().describe('Identity of the server: the same by every way to reach it.'),
    database: z.string().describe('Name of the database.'),
    user: z.string().describe('The role that looked, and that would apply the plan.'),
    postgres_major: z.int().describe('Major version of the server, e.g. 18.'),
    mode: z
      .enum(['authoritative', 'additive', 'adopt', 'revoke'])
      .describe(
        'How far the database is brought to the declared state; revoke takes back what is declared.',
      ),
    in_sync: z.boolean().describe('Whether nothing would be changed.'),
    drift: z
      .boolean()
      .describe(
        'Whether the database differs for certain, which is exit code 2. A password that would be set because the stored one cannot be seen is no drift.',
      ),
    hash: z
      .string()
      .describe(
        'SHA-256, in hex, over what the changes mean: equal for equal changes, whatever salt a password gets.',
      ),
    summary: z
      .record(z.string(), z.int().min(0))
      .describe('Counts of changes by what they do, and their total.'),
    changes: z.array(change).describe('In the order in which they are made.'),
    statements: z.array(statement).describe('In the order in which they run.'),
    findings: z.array(finding).describe('Sorted by message.'),
  })
  .describe('A plan: what would bring a database to its policy.');

export type PlanDocument = z.infer<typeof planDocument>;
