import { summaryLine } from '../core/plan.ts';
import type { PlanResult } from '../postgres/contract.ts';
import { counted } from './counted.ts';
import { inSync } from './plan-script.ts';

/** What would change, in numbers and then one line for each statement. */
export function planSummary(plan: PlanResult): string {
  const lines = plan.statements.map(({ why, risk }) =>
    risk === 'none' ? `  ${why}` : `  ${why} (${risk})`,
  );
  return [planHeadline(plan), ...lines, ''].join('\n');
}

/** `Plan for "shop": 3 changes (+1 role +2 grants)` */
export function planHeadline({ summary, server }: PlanResult): string {
  if (summary.total === 0) return inSync;
  const database = JSON.stringify(server.database);
  return `Plan for ${database}: ${counted(summary.total, 'change')} (${summaryLine(summary)})`;
}
