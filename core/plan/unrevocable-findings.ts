import type { AuthorizedChange } from './authorize.ts';
import { factKey } from './diff.ts';
import type { Finding } from '../finding.ts';
import { grouped } from '../grouped.ts';
import type { Need } from '../need.ts';
import type { Fact } from '../fact.ts';
import type { GroupNames, Live } from '../live.ts';
import type { Statement } from '../statement.ts';
import { kindOf } from '../registry.ts';
import { quoteIdentifier } from '../sql.ts';
import type { Unrevocable } from './unrevocable.ts';

/** Findings about access that stays because this connection cannot revoke it: who can revoke it, and by which SQL. */
export function unrevocableFindings(
  unrevocable: readonly Unrevocable[],
  live: Live,
  names: GroupNames,
): Finding[] {
  return alikeOf(unrevocable)
    .flatMap((alike) => findingsFor(alike, live, names))
    .sort((left, right) => (left.message < right.message ? -1 : 1));
}

/** Changes with the same holder and reason share statements, and so findings. */
function alikeOf(unrevocable: readonly Unrevocable[]): Unrevocable[][] {
  const groups = grouped(unrevocable, ({ change, onwards }) => {
    const reason = [change.authority.unmet, onwards.map(({ fact }) => factKey(fact))];
    return JSON.stringify([change.op, change.fact.kind, holderOf(change.fact), reason]);
  });
  return [...groups.values()];
}

function findingsFor(alike: readonly Unrevocable[], live: Live, names: GroupNames): Finding[] {
  const [first] = alike;
  if (first === undefined) return [];
  const { change, onwards } = first;
  const changes = alike.map((one) => one.change);
  const before = onwards.flatMap((one) => rendered([one], live, names)).map(script);
  return asOne(rendered(changes, live, names)).map((statement) => ({
    code: 'Unrevocable',
    role: holderOf(change.fact),
    message:
      onwards.length === 0
        ? `${statement.why}; ${live.server.user} cannot revoke it, only ${whoCan(change.authority.unmet)} can: ${statement.script}`
        : `${statement.why}; before pgwarden can revoke it, run: ${before.join(' ')}`,
  }));
}

/** Joins statements that need others around them into one script. */
function asOne(
  statements: readonly Statement[],
): { readonly why: string; readonly script: string }[] {
  const main = statements.find(({ risk }) => risk !== 'none');
  if (main === undefined || statements.every(({ risk }) => risk !== 'none'))
    return statements.map((statement) => ({ why: statement.why, script: script(statement) }));
  return [{ why: main.why, script: statements.map(script).join(' ') }];
}

function rendered(
  changes: readonly AuthorizedChange[],
  live: Live,
  names: GroupNames,
): readonly Statement[] {
  const [first] = changes;
  if (first === undefined) return [];
  const statements = kindOf(first.fact.kind).render(changes, live, names);
  return [...statements].filter((statement) => statement !== undefined);
}

function holderOf(fact: Fact): string {
  return kindOf(fact.kind).holder?.(fact) ?? '';
}

function whoCan(unmet: readonly Need[]): string {
  const roles = unmet.map(({ role, right }) =>
    right === 'admin' ? `a role with ADMIN OPTION on ${role}` : `${role}, one of its members`,
  );
  return `${[...new Set(roles)].join(', ')} or a superuser`;
}

/** The SQL that the other role would run. */
function script({ text, as }: Statement): string {
  if (as === undefined) return `${text};`;
  return `SET ROLE ${quoteIdentifier(as)}; ${text}; RESET ROLE;`;
}
