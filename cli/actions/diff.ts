import { planDatabase } from '../../postgres/plan.ts';
import { findingLines } from '../finding-lines.ts';
import { planJson } from '../plan-json.ts';
import { planScript } from '../plan-script.ts';
import { planHeadline, planSummary, uncertaintyNote } from '../plan-summary.ts';
import { type DatabaseOptions, intentOf, openSubject } from '../subject-database.ts';
import { writeErr, writeOut } from '../output.ts';

export interface DiffOptions extends DatabaseOptions {
  readonly format: 'sql' | 'summary' | 'json';
  /** Whether the exit code is 2 when the database has drifted. */
  readonly exitCode: boolean;
}

const driftExit = 2;

/** Shows what an apply would change, and changes nothing. Returns the exit code. */
export async function diff(options: DiffOptions): Promise<number> {
  const { subject, database } = await openSubject(options);
  try {
    const { intent, passwords } = await intentOf(subject, 'plan');
    const plan = await planDatabase(database, intent, passwords);
    writeErr(uncertaintyNote(plan));
    const found = findingLines(plan.findings, 'use --format json to see them all');
    switch (options.format) {
      case 'sql':
        writeErr(`${planHeadline(plan)}\n${found}`);
        writeOut(planScript(plan));
        break;
      case 'summary':
        writeOut(`${planSummary(plan)}${found}`);
        break;
      case 'json':
        writeOut(planJson(plan, subject.mode));
        break;
    }
    return options.exitCode && plan.drift ? driftExit : 0;
  } finally {
    await database.close();
  }
}
