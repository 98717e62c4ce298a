import type { ClientBase } from 'pg';
import type { AnswerClock } from './answer-clock.ts';
import type { AnswerSize, ReceivedMeter } from './received-limit.ts';

/** What bounds the answers on a connection, in time and in size. */
interface AnswerLimits {
  readonly clock: AnswerClock;
  readonly meter: ReceivedMeter;
}

const limits = new WeakMap<ClientBase, AnswerLimits>();

export function keepLimits(client: ClientBase, { clock, meter }: AnswerLimits): void {
  limits.set(client, { clock, meter });
}

/** Gives the next answer as long as its number of statements may take, and as much room as it may need. */
export function expectAnswer(client: ClientBase, statements: number, size: AnswerSize): void {
  const own = limits.get(client);
  own?.clock.expect(statements);
  own?.meter.expect(size);
}

/** Lets another object stand for the client. */
export function shareLimits(client: ClientBase, other: ClientBase): void {
  const own = limits.get(client);
  if (own !== undefined) limits.set(other, own);
}
