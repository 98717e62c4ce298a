import type { Refusal } from '../../core/refusal.ts';
import { isAborted, pause } from '../../core/waiting.ts';
import { lease, type Lease, type LeaseOptions } from './lease.ts';
import { newsOnly } from './news-only.ts';
import { apiTrouble } from './trouble.ts';

export interface Leadership {
  /** Begins while the Lease is held; its signal aborts when it is lost. Resolves with what ends after that. */
  readonly lead: (signal: AbortSignal) => Promise<{ readonly stopped: Promise<void> }>;
  /** Told when it is won and when it is lost, and once when another was found to hold it. */
  readonly onTurn: (leads: boolean) => void;
  /** Told every time the Lease was asked for: why that could not be, undefined when it could. */
  readonly onAsked?: (trouble: Refusal | undefined) => void;
  readonly signal: AbortSignal;
}

/**
 * Leads whenever the Lease can be had, until the signal aborts; then gives it up. The same trouble again and again, such
 * as a missing right, is told every five minutes.
 */
export async function whileHeld(options: LeaseOptions, leadership: Leadership): Promise<void> {
  const held = askable(options, leadership);
  const { signal, onTurn } = leadership;
  const retryMs = options.durationMs / 7.5; // as client-go: 2 s of 15
  let isToldOf: boolean | undefined;
  const tell = (leads: boolean) => {
    if (leads !== isToldOf) onTurn(leads);
    isToldOf = leads;
  };
  while (!signal.aborted) {
    const leads = await held.ask();
    if (leads === undefined || !leads) {
      if (leads === false) tell(false);
      await pause(jittered(retryMs), signal);
      continue;
    }
    tell(true);
    await leadUntilLost(held, options, { leadership, retryMs });
    tell(false);
  }
  await held.release().catch((error: unknown) => {
    options.onTrouble(apiTrouble('give up the Lease', error));
  });
}

/** A Lease with an answer that is undefined when it could not be asked for. */
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
        news.tell(trouble);
        onAsked?.(trouble);
        return undefined;
      }
    },
  };
}

/** Whoever cannot renew stops in good time before another may take it. */
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

/** Jittered, so that watchers do not ask all at once. */
function jittered(ms: number): number {
  return ms * (0.9 + Math.random() * 0.2);
}
