import { summaryLine } from '../../core/plan/summary.ts';
import { Refusal } from '../../core/refusal.ts';
import type { DueStep } from '../../core/plan/steps.ts';
import { applyPlan } from '../../postgres/apply.ts';
import type { ApplyResult } from '../../postgres/contract.ts';
import type { Database } from '../../postgres/pool.ts';
import { redactedSql } from '../../postgres/render-sql.ts';
import { planDatabase } from '../../postgres/plan.ts';
import { counted } from '../counted.ts';
import { findingLines } from '../finding-lines.ts';
import { printable } from '../printable.ts';
import { nothingToDo, planScript } from '../plan-script.ts';
import { planHeadline, uncertaintyNote } from '../plan-summary.ts';
import type { Subject } from '../subject.ts';
import {
  type DatabaseOptions,
  type SubjectIntent,
  intentOf,
  openSubject,
} from '../subject-database.ts';
import { writeErr, writeOut } from '../output.ts';
import { whenFree } from '../when-free.ts';

export interface ApplyOptions extends DatabaseOptions {
  readonly dryRun: boolean;
  /** Seconds to wait while other sessions write to the database. */
  readonly wait: number;
}

/** Applies one manifest to a database, in one transaction. Returns the exit code. */
export async function apply(options: ApplyOptions): Promise<number> {
  const { subject, database } = await openSubject(options);
  try {
    if (options.dryRun) await showPlan(database, subject);
    else await changeDatabase(database, subject, options.wait * 1_000);
    return 0;
  } finally {
    await database.close();
  }
}

async function showPlan(database: Database, subject: Subject): Promise<void> {
  const { intent, passwords } = await intentOf(subject, 'plan');
  const plan = await planDatabase(database, intent, passwords);
  const found = findingLines(plan.findings, allFindings);
  writeErr(`${uncertaintyNote(plan)}${planHeadline(plan)}\n${found}`);
  writeOut(planScript(plan));
}

async function changeDatabase(database: Database, subject: Subject, waitMs: number): Promise<void> {
  const intent = await intentOf(subject, 'apply');
  const interrupt = new AbortController();
  const onInterrupt = () => {
    interrupt.abort();
  };
  process.once('SIGINT', onInterrupt).once('SIGTERM', onInterrupt);
  try {
    const result = await applyWhenFree(database, intent, { signal: interrupt.signal, waitMs });
    writeErr(uncertaintyNote(result));
    writeOut(applied(result));
    writeErr(findingLines(result.findings, allFindings));
  } finally {
    process.off('SIGINT', onInterrupt).off('SIGTERM', onInterrupt);
  }
}

const allFindings = 'run pgwarden diff --format json to see them all';

/** Waits for another writer, such as a worker or a second CLI, before it applies. */
async function applyWhenFree(
  database: Database,
  { intent, passwords, verifiers }: SubjectIntent,
  { signal, waitMs }: { readonly signal: AbortSignal; readonly waitMs: number },
): Promise<ApplyResult> {
  const taken: string[] = [];
  const onStep = ({ line }: DueStep): void => {
    taken.push(line);
    writeErr(`done: ${printable(line)}\n`);
  };
  const onWait = ({ code, message }: Refusal): void => {
    writeErr(`waiting for another writer: ${code}: ${printable(message)}\n`);
  };
  try {
    return await whenFree(
      (patience) =>
        applyPlan(database, intent, { passwords, verifiers, signal, onStep, ...patience }),
      { waitMs, signal, onWait },
    );
  } catch (error) {
    throw signal.aborted ? interrupted(taken) : error;
  }
}

function interrupted(taken: readonly string[]): Refusal {
  const changed =
    taken.length === 0
      ? 'nothing was changed'
      : `only these steps were committed: ${taken.join('; ')}`;
  return new Refusal('ApplyFailed', `interrupted: ${changed}`, 'Run the command again.');
}

function applied(result: ApplyResult): string {
  const { summary, statements, server, durationMs } = result;
  if (summary.total === 0) return `${nothingToDo(result)}\n`;
  const changes = `${counted(summary.total, 'change')} (${summaryLine(summary)})`;
  const headline = `Applied to ${printable(JSON.stringify(server.database))} in ${String(durationMs)} ms: ${changes}\n`;
  const sql = redactedSql(statements, server).trimEnd().replaceAll(/^/gm, '  ');
  return `${headline}${sql}\n`;
}
