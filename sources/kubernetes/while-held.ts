import type { Refusal } from '../../core/refusal.ts';
import { isAborted, pause } from '../../core/waiting.ts';
import { lease, type Lease, type LeaseOptions } from './lease.ts';
import { newsOnly } from './news-only.ts';
import { apiTrouble } from './trouble.ts';

export interface Leadership {
  /**
   * Called when the Lease is acquired; its signal aborts when it is lost. Resolves with a promise for the end of the
   * work.
   */
  readonly lead: (signal: AbortSignal) => Promise<{ readonly stopped: Promise<void> }>;
  /** Called when the Lease is acquired or lost, and once when another process holds it. */
  readonly onTurn: (leads: boolean) => void;
  /**
   * Called after every attempt to acquire or renew the Lease, with the error, or undefined if the API server responded.
   */
  readonly onAsked?: (trouble: Refusal | undefined) => void;
  readonly signal: AbortSignal;
}

/**
 * Leads whenever it can acquire the Lease, until the signal aborts; then releases it. An error that repeats, such as a
 * missing right, is reported every five minutes.
 */
export async function whileHeld(options: LeaseOptions, leadership: Leadership): Promise<void> {
  const held = askable(options, leadership);
  const { signal, onTurn } = leadership;
  const retryMs = options.durationMs / 7.5; // as client-go: 2 s of 15
  let reported: boolean | undefined;
  const report = (leads: boolean) => {
    if (leads !== reported) onTurn(leads);
    reported = leads;
  };
  while (!signal.aborted) {
    const leads = await held.ask();
    if (leads === undefined || !leads) {
      if (leads === false) report(false);
      await pause(jittered(retryMs), signal);
      continue;
    }
    report(true);
    await leadUntilLost(held, options, { leadership, retryMs });
    report(false);
  }
  await held.release().catch((error: unknown) => {
    options.onTrouble(apiTrouble('release the Lease', error));
  });
}

/** A Lease whose `ask` returns undefined if the API server failed. */
interface AskableLease extends Pick<Lease, 'release'> {
  readonly ask: () => Promise<boolean | undefined>;
}

function askable(options: LeaseOptions, { onAsked }: Leadership): AskableLease {
  const { hold, release } = lease(options);
  const news = newsOnly(options.onTrouble);
  return {
    release,
    async ask() {
      try {
        const isHeld = await hold();
        news.over();
        onAsked?.(undefined);
        return isHeld;
      } catch (error) {
        const trouble = apiTrouble('hold the Lease', error);
        news.report(trouble);
        onAsked?.(trouble);
        return undefined;
      }
    },
  };
}

/** If the Lease cannot be renewed, stops well before another process may acquire it. */
async function leadUntilLost(
  held: AskableLease,
  { durationMs }: LeaseOptions,
  { leadership, retryMs }: { readonly leadership: Leadership; readonly retryMs: number },
): Promise<void> {
  const lost = new AbortController();
  const signal = AbortSignal.any([leadership.signal, lost.signal]);
  const leading = leadership.lead(signal);
  leading.catch(() => {
    lost.abort();
  });
  let renewed = performance.now();
  while (!signal.aborted) {
    await pause(jittered(retryMs), signal);
    if (isAborted(signal)) break;
    const asked = performance.now();
    const kept = await held.ask();
    if (kept === true) renewed = asked;
    const isLate = performance.now() - renewed > (durationMs * 2) / 3;
    if (kept === false || isLate) lost.abort();
  }
  await (
    await leading
  ).stopped;
}

/** Jittered, so that watchers do not send requests at the same time. */
function jittered(ms: number): number {
  return ms * (0.9 + Math.random() * 0.2);
}
