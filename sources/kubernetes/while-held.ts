import { setTimeout as sleep } from 'node:timers/promises';
import { lease, type Lease, type LeaseOptions } from './lease.ts';
import { apiTrouble } from './trouble.ts';

export interface Leadership {
  /** Begins while the Lease is held; its signal aborts when it is lost. Resolves with what ends after that. */
  readonly lead: (signal: AbortSignal) => Promise<{ readonly stopped: Promise<void> }>;
  /** Told when it is won and when it is lost, and once when another was found to hold it. */
  readonly onTurn: (leads: boolean) => void;
  readonly signal: AbortSignal;
}

/** Leads whenever the Lease can be had, until the signal aborts; then gives it up. */
export async function whileHeld(options: LeaseOptions, leadership: Leadership): Promise<void> {
  const held = lease(options);
  const { signal, onTurn } = leadership;
  const retryMs = options.durationMs / 7.5; // as client-go: 2 s of 15
  let isToldOf: boolean | undefined;
  const tell = (leads: boolean) => {
    if (leads !== isToldOf) onTurn(leads);
    isToldOf = leads;
  };
  while (!signal.aborted) {
    const leads = await held.hold().catch((error: unknown) => {
      options.onTrouble(apiTrouble('hold the Lease', error));
      return undefined;
    });
    if (leads === undefined || !leads) {
      if (leads === false) tell(false);
      await pause(retryMs, signal);
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

/** Whoever cannot renew stops in good time before another may take it. */
async function leadUntilLost(
  held: Lease,
  { durationMs, onTrouble }: LeaseOptions,
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
    await pause(retryMs, signal);
    if (isAborted(signal)) break;
    const asked = performance.now();
    const kept = await held.hold().catch((error: unknown) => {
      onTrouble(apiTrouble('hold the Lease', error));
      return undefined;
    });
    if (kept === true) renewed = asked;
    const isLate = performance.now() - renewed > (durationMs * 2) / 3;
    if (kept === false || isLate) lost.abort();
  }
  await (
    await leading
  ).stopped;
}

/** Not narrowed by an earlier check: the signal changes while others work. */
function isAborted({ aborted }: AbortSignal): boolean {
  return aborted;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms * (0.9 + Math.random() * 0.2), undefined, { signal }).catch(() => undefined);
}
