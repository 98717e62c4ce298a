import type { ConnectionTarget } from '../core/connection/target.ts';
import { refusalAbout } from './classify.ts';

const mebibyte = 1_048_576;

/** A response is large if it has a row for every object of a catalog, or a message for every statement. */
export type AnswerSize = 'small' | 'large';

/**
 * Limit for the response to one message. Each message counts as longer than it is, by about the memory that
 * node-postgres needs for it: many empty rows must not take more memory than one large row.
 */
const receivedLimits = {
  /** The largest response for a catalog with 100,000 tables has 12 MB. */
  answerBytes: { small: mebibyte, large: 32 * mebibyte },
  /** Limit for everything except rows: errors, notices, notifications, parameters. */
  messageBytes: mebibyte,
  /**
   * Limit for names and types of columns. node-postgres creates an object with all of them for every row, even an empty
   * one.
   */
  columnsBytes: 1_024,
  bytesCountedPerRow: 100,
  bytesCountedPerMessage: 512,
} as const;

const kinds: Readonly<Record<string, { readonly counted: number; readonly most: number }>> = {
  D: { counted: receivedLimits.bytesCountedPerRow, most: Infinity },
  T: { counted: receivedLimits.bytesCountedPerMessage, most: receivedLimits.columnsBytes },
};
const other = {
  counted: receivedLimits.bytesCountedPerMessage,
  most: receivedLimits.messageBytes,
};

/** Counts what a server sends, and refuses a message that is too long before storing any of it. */
export interface ReceivedMeter {
  /** Throws Refusal `ServerAnswerTooLarge`. */
  count(type: string, messageBytes: number): void;
  /** Sets the limit for the next response. All other responses are small. */
  expect(size: AnswerSize): void;
  /** A message was sent whose response is expected. */
  reset(): void;
  /** The response is complete. */
  finish(): void;
}

export function receivedMeter(target: ConnectionTarget): ReceivedMeter {
  let received = 0;
  let size: AnswerSize = 'small';
  return {
    count(type, messageBytes) {
      const { counted, most } = kinds[type] ?? other;
      if (messageBytes > most) throw tooLarge(target, 'a message', most);
      received += messageBytes + counted;
      const limit = receivedLimits.answerBytes[size];
      if (received > limit) throw tooLarge(target, 'a response', limit);
    },
    expect(next) {
      size = next;
    },
    reset() {
      received = 0;
    },
    finish() {
      size = 'small';
    },
  };
}

function tooLarge(target: ConnectionTarget, what: string, limit: number) {
  const most =
    limit < mebibyte ? `${String(limit / 1_024)} KiB` : `${String(limit / mebibyte)} MiB`;
  return refusalAbout(target, 'ServerAnswerTooLarge', (server) => [
    `${server} sent ${what} of more than ${most}, so pgwarden closed the connection`,
    'Check that this is the right PostgreSQL server. Split a policy that covers very many schemas or objects.',
  ]);
}
