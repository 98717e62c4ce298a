import { summaryLine } from '../core/plan/plan.ts';
import type { PlanResult } from '../postgres/contract.ts';
import { counted } from './counted.ts';
import { nothingToDo } from './plan-script.ts';
import { printable } from './printable.ts';

/** What would change, in numbers and then one line for each statement. */
export function planSummary(plan: PlanResult): string {
  const lines = plan.statements.map(({ why, risk }) =>
    risk === 'none' ? `  ${printable(why)}` : `  ${printable(why)} (${risk})`,
  );
  return [planHeadline(plan), ...lines, ''].join('\n');
}

/** What a person should know when a password is set only because the stored one cannot be seen. */
export function uncertaintyNote({ uncertain, server }: PlanResult): string {
  if (uncertain === 0) return '';
  const passwords = counted(uncertain, 'password');
  return `note: ${passwords} may be set already: to tell, ${printable(server.user)} needs SELECT on pg_authid, and the password must be known here\n`;
}

/** `Plan for "shop": 3 changes (+1 role +2 grants)` */
export function planHeadline(plan: PlanResult): string {
  const { summary, server } = plan;
  if (summary.total === 0) return nothingToDo(plan);
  const database = printable(JSON.stringify(server.database));
  return `Plan for ${database}: ${counted(summary.total, 'change')} (${summaryLine(summary)})`;
}
