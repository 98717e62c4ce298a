import type { ClientBase } from 'pg';
import type { AnswerClock } from './answer-clock.ts';
import type { AnswerSize, ReceivedMeter } from './received-limit.ts';

/** Limits for the time and size of responses on a connection. */
interface AnswerLimits {
  readonly clock: AnswerClock;
  readonly meter: ReceivedMeter;
}

const limits = new WeakMap<ClientBase, AnswerLimits>();

export function keepLimits(client: ClientBase, { clock, meter }: AnswerLimits): void {
  limits.set(client, { clock, meter });
}

/** Sets the limits for the next response according to its number of statements and its expected size. */
export function expectAnswer(client: ClientBase, statements: number, size: AnswerSize): void {
  const own = limits.get(client);
  own?.clock.expect(statements);
  own?.meter.expect(size);
}

/** Replaces the client with a proxy of it. */
export function shareLimits(client: ClientBase, other: ClientBase): void {
  const own = limits.get(client);
  if (own !== undefined) limits.set(other, own);
}
