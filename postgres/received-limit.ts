import type { ConnectionTarget } from './contract.ts';
import { refusalAbout } from './classify.ts';

const mebibyte = 1_048_576;

/**
 * What a server may send in answer to one message of ours. Each message counts as longer than it is, by about the memory
 * that node-postgres needs for it: a flood of empty rows must not take more memory than one large row.
 */
const receivedLimits = {
  answerBytes: 64 * mebibyte,
  /** Of everything but rows: errors, notices, notifications, parameters. */
  messageBytes: mebibyte,
  bytesCountedPerRow: 100,
  bytesCountedPerMessage: 512,
} as const;

/** Counts what a server sends, and refuses a message that is too long before any of it is kept. */
export interface ReceivedMeter {
  /** Throws Refusal `ServerAnswerTooLarge`. */
  count(type: string, messageBytes: number): void;
  /** The next answer begins. */
  reset(): void;
}

export function receivedMeter(target: ConnectionTarget): ReceivedMeter {
  let received = 0;
  return {
    count(type, messageBytes) {
      const isRow = type === 'D';
      if (!isRow && messageBytes > receivedLimits.messageBytes)
        throw tooLarge(target, 'a message', receivedLimits.messageBytes);
      const { bytesCountedPerRow, bytesCountedPerMessage } = receivedLimits;
      received += messageBytes + (isRow ? bytesCountedPerRow : bytesCountedPerMessage);
      if (received > receivedLimits.answerBytes)
        throw tooLarge(target, 'an answer', receivedLimits.answerBytes);
    },
    reset() {
      received = 0;
    },
  };
}

function tooLarge(target: ConnectionTarget, what: string, limit: number) {
  return refusalAbout(target, 'ServerAnswerTooLarge', (server) => [
    `${server} sent ${what} of more than ${String(limit / mebibyte)} MiB, so the connection was closed`,
    'Check that this is the PostgreSQL server you mean. Split a policy that covers very many schemas or objects.',
  ]);
}
