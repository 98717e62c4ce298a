import { join } from 'node:path';
import { refText } from '../../sources/resource-name.ts';
import type { PolicyStatus } from '../../sources/source.ts';
import { clockTime } from '../clock.ts';
import { foundLines } from '../finding-lines.ts';
import { paintFor } from '../paint.ts';
import type { Color } from '../paint.ts';
import { policyTable } from '../policy-table.ts';
import { sqlBlock } from '../sql-block.ts';
import type { Converged } from './converge.ts';
import type { News } from './news.ts';
import { overview } from './overview.ts';
import type { Session } from './set-up.ts';
import { printable } from '../printable.ts';
import { writeOut } from '../output.ts';

const paint = paintFor(process.stdout);

/** Shows the applied changes, the table of policies, the errors and the findings. */
export async function showOverview(
  session: Session,
  policies: readonly Converged[],
): Promise<void> {
  await showChanges(session, policies);
  print('\n', policyTable(await overview(session, policies)));
  for (const { ref, outcome } of policies) {
    if (outcome.error === undefined) continue;
    const { code, message, hint } = outcome.error;
    print(
      `${paint.red(`${refText(ref)}: ${code}:`)} ${printable(message)}\n  ${printable(hint)}\n`,
    );
  }
  await showFindings(session, policies);
  for (const { code, message } of await session.source.problems()) {
    print(`${paint.red(`${code}:`)} ${printable(message)}\n`);
  }
}

async function showChanges({ source, state, startedAt }: Session, policies: readonly Converged[]) {
  for (const { ref } of policies) {
    const status = (await source.readPolicy(ref))?.status;
    if (status === undefined || !changedSince(status, startedAt)) continue;
    print(`\n${paint.bold(refText(ref))}\n`, sql(status.applied_sql, refText(ref), state));
  }
}

async function showFindings({ source }: Session, policies: readonly Converged[]) {
  for (const { ref } of policies) {
    const { findings: first = [], finding_count: total = first.length } =
      (await source.readPolicy(ref))?.status ?? {};
    print(foundLines(refText(ref), { total, first }));
  }
}

function changedSince({ last_change_time: time }: PolicyStatus, since: Date): boolean {
  return time !== undefined && new Date(time) >= since;
}

/** Shows the addresses and directories of the running session. */
export function showAddresses({ temporal, demo, state, directory }: Session): void {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Policies', directory],
    ['Temporal UI', uiAddress(temporal)],
    ['Demo database', demo?.psql],
    ['Try this', demo === undefined ? undefined : drift],
    ['Log and state', state],
  ];
  for (const [what, where] of rows) {
    if (where !== undefined) print(`${paint.bold(`${what}:`.padEnd(15))} ${where}\n`);
  }
}

/** A change for the reader to make by hand, so that pgwarden repairs it. */
const drift = 'REVOKE SELECT ON ALL TABLES IN SCHEMA app FROM "app-reader";';

function uiAddress({ uiUrl, namespace }: Session['temporal']): string | undefined {
  return uiUrl === undefined ? undefined : `${uiUrl}/namespaces/${namespace}/workflows`;
}

const colors: Record<News['kind'], Color> = {
  repaired: 'green',
  applied: 'green',
  ready: 'green',
  drifted: 'yellow',
  found: 'yellow',
  suspended: 'dim',
  gone: 'dim',
  failing: 'red',
};

/** `15:04:05 repaired default/shop: +1 grant`, with the SQL below. */
export function showNews({ policy, kind, text, sql: applied }: News, { state }: Session): void {
  const headline = `${paint.dim(clockTime(new Date()))} ${paint[colors[kind]](kind)} ${policy}: ${printable(text)}`;
  print(`${headline}\n`, sql(applied, policy, state));
}

function sql(text: string | undefined, policy: string, state: string): string {
  if (text === undefined) return '';
  return sqlBlock(text, join(state, 'status', `${policy}.json`), paint);
}

function print(...texts: readonly string[]): void {
  writeOut(texts.join(''));
}
