import { z } from 'zod';
import type { PasswordSource } from '../../graph.ts';
import type { ObjectKind } from '../../kind.ts';
import type { Edit, Fact } from '../../fact.ts';
import type { Live } from '../../live.ts';
import { Refusal } from '../../refusal.ts';
import { quoteIdentifier } from '../../sql.ts';
import { findingsOfKept, keptPasswords } from './password-of-others.ts';
import { lacksToAlterRole, takenByRole } from '../role/authority.ts';

/**
 * Which version of its source a role's password was last set from. The password itself is nowhere here. Where the
 * stored one can be seen, it decides: the version is then the declared one, or none at all.
 */
export interface PasswordFact extends Fact {
  readonly kind: 'password';
  readonly id: { readonly role: string };
  readonly state: { readonly source: string };
  /** Where a desired password is from. */
  readonly from?: PasswordSource;
}

const row = z.object({ role: z.string() });

export const password: ObjectKind<PasswordFact, z.infer<typeof row>> = {
  name: 'password',
  inspect: {
    sql: () => `
    SELECT json_build_object('kind', 'password', 'role', r.name)
      FROM scope_password r`,
  },
  decode: (value) => row.parse(value),
  observed: (rows, live) =>
    rows.flatMap(({ role }) => passwordFacts(role, observedVersion(role, live))),
  desired: desiredPasswords,
  findings: (rows, live) => findingsOfKept(keptPasswords(rows, live), live),
  key: ({ role }) => role,
  needs: ({ id }) => [{ kind: 'role', key: id.role }],
  governs: () => false,
  effect: () => 'adds',
  certain: ({ fact }, { storedPasswords }) => storedPasswords.has(fact.id.role),
  // Not the version, which is another one when a generated password comes to be between plan and apply.
  meaning: ({ from = {} }) => from,
  unsafe: ourOwn,
  takes: ({ fact }, live) => takenByRole(fact.id.role, live),
  lacks: (_edit, live) => lacksToAlterRole(live),
  render: (edits, live) =>
    edits.map((edit) => ({
      text: `ALTER ROLE ${quoteIdentifier(edit.fact.id.role)} PASSWORD`,
      why: reasonOf(edit, live),
      risk: 'none',
      affects: [edit.fact.id.role],
      password: edit.fact.id.role,
    })),
  explain: ({ fact }) => `the password of ${fact.id.role} is set`,
  counts: ({ fact }) => [{ as: 'passwords_set', once: fact.id.role }],
};

function desiredPasswords(rows: readonly z.infer<typeof row>[], live: Live): PasswordFact[] {
  const kept = keptPasswords(rows, live);
  return live.graph.roles
    .filter(({ name }) => !kept.has(name))
    .flatMap(({ name, password: from }) =>
      passwordFacts(name, versionOf(name, live.passwordVersions)).map((fact) =>
        from === undefined ? fact : { ...fact, from },
      ),
    );
}

/** The connection would still use the old one, and no later attempt could mend that. */
function ourOwn({ fact }: Edit<PasswordFact>, { server }: Live): Refusal | undefined {
  if (fact.id.role !== server.login) return undefined;
  return new Refusal(
    'UnsafeSelfChange',
    `the policy sets the password of ${quoteIdentifier(server.login)}, the role it connects with`,
    'Leave password out for that role, or connect with another one.',
  );
}

function reasonOf({ op, fact }: Edit<PasswordFact>, { storedPasswords }: Live): string {
  const { role } = fact.id;
  switch (storedPasswords.get(role)) {
    case 'none':
      return `role ${role} has no password`;
    case 'outdated':
      return `the password of ${role} is stored as MD5`;
    case 'declared':
    case 'other':
      return `role ${role} has another password`;
    case undefined:
      return op === 'create'
        ? `role ${role} is not known to have its password`
        : `the password source of ${role} changed`;
  }
}

/** A password that is seen to be the declared one is in sync, whatever was applied or not. */
function observedVersion(role: string, live: Live): string | undefined {
  switch (live.storedPasswords.get(role)) {
    case undefined:
      return versionOf(role, live.appliedPasswords);
    case 'none':
      return undefined;
    case 'declared':
      return versionOf(role, live.passwordVersions);
    case 'outdated':
    case 'other':
      return 'not the declared one';
  }
}

/** A declared password without a version has not been resolved: the plan then leaves passwords alone. */
function versionOf(role: string, versions: Live['passwordVersions']): string | undefined {
  return Object.hasOwn(versions, role) ? versions[role] : undefined;
}

function passwordFacts(role: string, source: string | undefined): PasswordFact[] {
  return source === undefined ? [] : [{ kind: 'password', id: { role }, state: { source } }];
}
