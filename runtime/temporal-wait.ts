import { Connection } from '@temporalio/client';
import type { Refusal } from '../core/refusal.ts';
import { isAborted, pause, retryDelay } from '../core/waiting.ts';
import type { Log } from '../telemetry/log.ts';
import { settingsRefusal, type TemporalSettings } from './temporal-settings.ts';
import { temporalRefusal } from './temporal-trouble.ts';

export interface TemporalWait<T> {
  readonly settings: TemporalSettings;
  /**
   * Called once Temporal responds. If it throws, the wait goes on, unless it throws a Refusal of another code than
   * `TemporalUnavailable`.
   */
  readonly connect: () => Promise<T> | T;
  /** Called after every failed attempt with the reason. */
  readonly onWait: (reason: string) => void;
  readonly log: Log;
  /** Ends the wait. */
  readonly signal: AbortSignal;
}

/**
 * Connects as soon as a Temporal server responds that has the namespace. Returns undefined if the signal aborts first.
 *
 * Throws Refusal `TemporalRefused` when the server rejects us or has no such namespace, and `Usage` for invalid
 * settings, because waiting would not help.
 */
export async function whenTemporalAnswers<T>(wait: TemporalWait<T>): Promise<T | undefined> {
  const { settings, log, signal, onWait } = wait;
  const fields = { temporalAddress: settings.address, temporalNamespace: settings.namespace };
  const probe = openProbe(settings);
  try {
    for (let failures = 0; !signal.aborted; failures += 1) {
      const attempt = await attemptOnce(probe, wait);
      if (attempt.ok && failures > 0) log.info(fields, 'temporal available');
      if (attempt.ok) return attempt.connected;
      if (isAborted(signal)) break;
      const { code, message, hint } = attempt.refusal;
      if (code !== 'TemporalUnavailable') throw attempt.refusal;
      onWait(message);
      if (failures === 0)
        log.warn({ ...fields, code, error: message, hint }, 'waiting for temporal');
      await pause(retryDelay(failures, longestRetryMs), signal);
    }
    return undefined;
  } finally {
    await probe.close();
  }
}

type Attempt<T> =
  { readonly ok: true; readonly connected: T } | { readonly ok: false; readonly refusal: Refusal };

async function attemptOnce<T>(probe: Connection, wait: TemporalWait<T>): Promise<Attempt<T>> {
  const { settings, connect, signal } = wait;
  try {
    await askNamespace(probe, settings.namespace, signal);
    return { ok: true, connected: await connect() };
  } catch (error) {
    return { ok: false, refusal: temporalRefusal(settings.address, error) };
  }
}

/** gRPC waits up to 2 minutes between attempts by default, so it would notice a recovered server late. */
export const reconnectSoon = { 'grpc.max_reconnect_backoff_ms': 10_000 };

/** Opens a connection without the SDK's retries, which would hide the reason of a failure. */
function openProbe({ connectionOptions }: TemporalSettings): Connection {
  try {
    return Connection.lazy({ ...connectionOptions, interceptors: [], channelArgs: reconnectSoon });
  } catch (error) {
    throw settingsRefusal(error);
  }
}

const answerLimitMs = 5_000;

async function askNamespace(
  probe: Connection,
  namespace: string,
  signal: AbortSignal,
): Promise<void> {
  // A signal of its own, because the SDK leaves a listener on it with every call.
  const aborted = AbortSignal.any([signal]);
  await probe.withAbortSignal(aborted, () =>
    probe.withDeadline(Date.now() + answerLimitMs, () =>
      probe.workflowService.describeNamespace({ namespace }),
    ),
  );
}

const longestRetryMs = 5_000;
