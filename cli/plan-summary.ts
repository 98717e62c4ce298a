import { summaryLine } from '../core/plan/summary.ts';
import type { PlanResult } from '../postgres/contract.ts';
import { counted } from './counted.ts';
import { nothingToDo } from './plan-script.ts';
import { printable } from './printable.ts';

/** The counts of changes, then one line for each statement. */
export function planSummary(plan: PlanResult): string {
  const lines = plan.statements.map(({ why, risk }) =>
    risk === 'none' ? `  ${printable(why)}` : `  ${printable(why)} (${risk})`,
  );
  return [planHeadline(plan), ...lines, ''].join('\n');
}

/** A note if the plan sets passwords only because it cannot read the stored ones. */
export function uncertaintyNote({ uncertain, server }: PlanResult): string {
  if (uncertain === 0) return '';
  const passwords = counted(uncertain, 'password');
  return `note: ${passwords} may already be set: to compare, ${printable(server.user)} needs SELECT on pg_authid, and the password must be available here\n`;
}

/** `Plan for "shop": 3 changes (+1 role +2 grants)` */
export function planHeadline(plan: PlanResult): string {
  const { summary, server } = plan;
  if (summary.total === 0) return nothingToDo(plan);
  const database = printable(JSON.stringify(server.database));
  return `Plan for ${database}: ${counted(summary.total, 'change')} (${summaryLine(summary)})`;
}
