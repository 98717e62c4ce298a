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
 * The version of the source from which a role's password was last set. A fact never contains the password. If the
 * connection can read the stored password, the fact has the declared version when it matches, and otherwise no known
 * version.
 */
export interface PasswordFact extends Fact {
  readonly kind: 'password';
  readonly id: { readonly role: string };
  readonly state: { readonly source: string };
  /** The declared source of the password. */
  readonly from?: PasswordSource;
}

const row = z.object({ role: z.string() });

export const password: ObjectKind<PasswordFact, z.infer<typeof row>, 'passwords_set'> = {
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
  // Not the version: it changes when pgwarden generates the password between plan and apply.
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
  summary: { passwords_set: { place: 140, line: ['~', 'password'] } },
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

/** The connection would still use the old password, and no later attempt could repair that. */
function ourOwn({ fact }: Edit<PasswordFact>, { server }: Live): Refusal | undefined {
  if (fact.id.role !== server.login) return undefined;
  return new Refusal(
    'UnsafeSelfChange',
    `the policy sets the password of ${quoteIdentifier(server.login)}, the role it connects with`,
    'Remove password for that role from the policy, or connect with another role.',
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
      return `role ${role} has a different password`;
    case undefined:
      return op === 'create'
        ? `pgwarden has no record of a password for role ${role}`
        : `the password source of ${role} changed`;
  }
}

/** A stored password that equals the declared one is in sync, even if this policy did not set it. */
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

/** A declared password without a version is not resolved yet. The plan then leaves passwords unchanged. */
function versionOf(role: string, versions: Live['passwordVersions']): string | undefined {
  return Object.hasOwn(versions, role) ? versions[role] : undefined;
}

function passwordFacts(role: string, source: string | undefined): PasswordFact[] {
  return source === undefined ? [] : [{ kind: 'password', id: { role }, state: { source } }];
}
