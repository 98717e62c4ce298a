import { z } from 'zod';

const change = z
  .object({
    op: z.enum(['create', 'alter', 'drop']),
    kind: z.string().describe('Kind of the fact that changes, e.g. role, membership, table_grant.'),
    id: z
      .record(z.string(), z.string())
      .describe(
        'Identifies the fact within its kind, e.g. { "role": "staff", "member": "ana" }. An object that begins with "* " means all objects of a schema with one owner and the same grants; the statements name them.',
      ),
    explanation: z.string().describe('The effect of the change, in one sentence.'),
  })
  .describe('One difference between the database and the policy.');

const statement = z
  .object({
    sql: z
      .string()
      .describe(
        'The SQL as psql runs it. A statement that sets a password is a comment without the password.',
      ),
    why: z.string().describe('The reason, one sentence.'),
    risk: z
      .enum(['none', 'loses access', 'loses data'])
      .describe('The worst consequence for a role.'),
    affects: z
      .array(z.string())
      .describe(
        'Roles whose access it changes, PUBLIC for everyone. Members of a group inherit its access.',
      ),
    ahead: z
      .object({
        stage: z.string().describe('Name of the step.'),
        database: z
          .string()
          .optional()
          .describe(
            'Another database of the server in which the step runs; absent for the database of the policy.',
          ),
      })
      .optional()
      .describe(
        'The step of this statement. pgwarden commits steps before the transaction with the other statements.',
      ),
  })
  .describe('One statement, with the reason for it and its risk.');

const finding = z
  .object({
    code: z
      .string()
      .describe('Unrevocable and CodeNotAdopted are drift that remains. Other codes are no drift.'),
    role: z.string().describe('The role that has the access.'),
    message: z.string().describe('Who has which access to what, and who can change it.'),
  })
  .describe('Access that the plan does not change and that a person should review.');

/** What `pgwarden diff --format json` prints. Its JSON Schema is docs/plan.schema.json. */
export const planDocument = z
  .object({
    schema_version: z
      .literal('pgwarden.plan.v1')
      .describe('The same version can get new fields; existing fields keep their meaning.'),
    server: z.string().describe('Identity of the server. It does not depend on the address.'),
    database: z.string().describe('Name of the database.'),
    user: z.string().describe('The role that computed the plan and would apply it.'),
    postgres_major: z.int().describe('Major version of the server, e.g. 18.'),
    mode: z
      .enum(['authoritative', 'additive', 'adopt', 'revoke'])
      .describe('Which differences the plan removes; revoke revokes what the policy declares.'),
    in_sync: z.boolean().describe('True if the plan is empty and there is no drift.'),
    drift: z
      .boolean()
      .describe(
        'True if the database certainly differs from the policy; the exit code is then 2. A password that is set only because the stored one cannot be read is no drift.',
      ),
    hash: z
      .string()
      .describe(
        'SHA-256 of the changes, in hex. Equal changes have equal hashes, because password salts are left out.',
      ),
    summary: z
      .record(z.string(), z.int().min(0))
      .describe('Counts of changes by type, and their total.'),
    changes: z.array(change).describe('In the order in which they are made.'),
    statements: z.array(statement).describe('In the order in which they run.'),
    findings: z.array(finding).describe('Sorted by message.'),
  })
  .describe('A plan: the changes that make a database match its policy.');

export type PlanDocument = z.infer<typeof planDocument>;
