import { z } from 'zod';
import type { Edit, Fact, Live, ObjectKind } from '../kind.ts';
import { Refusal } from '../refusal.ts';
import { quoteIdentifier } from '../sql.ts';

/** Which version of its source a role's password was last set from. The password itself is nowhere here. */
export interface PasswordFact extends Fact {
  readonly kind: 'password';
  readonly id: { readonly role: string };
  readonly state: { readonly source: string };
}

const row = z.object({ role: z.string() });

export const password: ObjectKind<PasswordFact, z.infer<typeof row>> = {
  name: 'password',
  inspect: {
    sql: () => `
    SELECT jsonb_build_object('kind', 'password', 'role', r.name)
      FROM scope_role r`,
  },
  decode: (value) => row.parse(value),
  observed: (rows, { appliedPasswords }) =>
    rows.flatMap(({ role }) => passwordFacts(role, versionOf(role, appliedPasswords))),
  desired: (_rows, live) =>
    live.graph.roles.flatMap(({ name }) =>
      passwordFacts(name, versionOf(name, live.passwordVersions)),
    ),
  key: ({ role }) => role,
  needs: ({ id }) => [{ kind: 'role', key: id.role }],
  governs: () => false,
  effect: () => 'adds',
  unsafe: ourOwn,
  render: (edits) =>
    edits.map(({ op, fact: { id } }) => ({
      text: `ALTER ROLE ${quoteIdentifier(id.role)} PASSWORD`,
      why:
        op === 'create'
          ? `role ${id.role} has no known password`
          : `the password source of ${id.role} changed`,
      risk: 'none',
      password: id.role,
    })),
  explain: ({ fact }) => `the password of ${fact.id.role} is set`,
  counts: ({ fact }) => [{ as: 'passwords_set', once: fact.id.role }],
};

/** The connection would still use the old one, and no later attempt could mend that. */
function ourOwn({ fact }: Edit<PasswordFact>, { server }: Live): Refusal | undefined {
  if (fact.id.role !== server.user) return undefined;
  return new Refusal(
    'UnsafeSelfChange',
    `the policy sets the password of ${quoteIdentifier(server.user)}, the role it connects with`,
    'Leave password out for that role, or connect with another one.',
  );
}

/** A declared password without a version has not been resolved: the plan then leaves passwords alone. */
function versionOf(role: string, versions: Live['passwordVersions']): string | undefined {
  return Object.hasOwn(versions, role) ? versions[role] : undefined;
}

function passwordFacts(role: string, source: string | undefined): PasswordFact[] {
  return source === undefined ? [] : [{ kind: 'password', id: { role }, state: { source } }];
}
