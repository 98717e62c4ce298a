import { createHash } from 'node:crypto';
import pg, { type ClientBase } from 'pg';
import type { ReusableStatement } from '../core/inspect/inspection.ts';
import { Refusal } from '../core/refusal.ts';

/** Thrown when the server process is not the one that prepared a statement. The next connection prepares nothing. */
export class PreparedStatementLost extends Refusal {
  constructor() {
    super(
      'DatabaseConnectionFailed',
      'a prepared statement is not known to the server process any more',
      'Do nothing: pgwarden repeats the work without prepared statements.',
    );
  }
}

/** Each plan takes some megabytes of the server's memory. */
const mostPlans = 4;

/** Names of the statements that each client has prepared, the one used last at the end. */
const preparedBy = new WeakMap<ClientBase, Set<string>>();

/**
 * Allows prepared statements if the server process that answers is the one that the login promised. A pooler promises
 * a process of its own, because it may use another server process for each transaction.
 */
export function allowPreparing(client: ClientBase, backendPid: number): void {
  const promised = 'processID' in client ? client.processID : undefined;
  if (promised === backendPid) preparedBy.set(client, new Set());
}

export function forbidPreparing(client: ClientBase): void {
  preparedBy.delete(client);
}

/** For a proxy of a client. */
export function sharePrepared(client: ClientBase, other: ClientBase): void {
  const names = preparedBy.get(client);
  if (names !== undefined) preparedBy.set(other, names);
}

/** Composes one batch: what to send for each of its statements, and what the server knows after it. */
export interface BatchComposer {
  /** The texts to send for a statement that can be reused, of which the last returns its result. */
  readonly textsFor: (statement: ReusableStatement) => readonly string[];
  /** Call it when the batch has run: an earlier error would have skipped statements. */
  readonly remember: () => void;
}

export function composeFor(client: ClientBase): BatchComposer {
  const prepared = preparedBy.get(client);
  if (prepared === undefined)
    return { textsFor: (each) => [each.text(each.values)], remember: () => undefined };
  const names = new Set(prepared);
  return {
    textsFor: (statement) => textsFor(names, statement),
    remember() {
      prepared.clear();
      for (const name of names) prepared.add(name);
    },
  };
}

function textsFor(names: Set<string>, statement: ReusableStatement): string[] {
  const { types, values } = statement;
  const template = statement.text(types.map((_type, index) => `$${String(index + 1)}`));
  const name = `pgwarden_${createHash('sha256').update(template).digest('hex').slice(0, 16)}`;
  const isKnown = names.delete(name);
  const [oldest] = names;
  const isFull = oldest !== undefined && !isKnown && names.size >= mostPlans;
  if (isFull) names.delete(oldest);
  names.add(name);
  return [
    ...(isFull ? [`DEALLOCATE ${oldest}`] : []),
    ...(isKnown ? [] : [`PREPARE ${name} (${types.join(', ')}) AS ${template}`]),
    `EXECUTE ${name}(${values.join(', ')})`,
  ];
}

/** Results of these statements are of no interest to the caller. */
export function isAboutPreparing({ command }: { readonly command: string }): boolean {
  return command === 'PREPARE' || command === 'DEALLOCATE';
}

/** SQLSTATEs: the statement is not known, or is known already. Source: FetchPreparedStatement() in prepare.c. */
const lostStates: readonly (string | undefined)[] = ['26000', '42P05'];

export function isLost(error: unknown): boolean {
  return error instanceof pg.DatabaseError && lostStates.includes(error.code);
}
