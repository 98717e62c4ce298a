import { Connection } from '@temporalio/client';
import type { Refusal } from '../core/refusal.ts';
import { isAborted, pause, retryDelay } from '../core/waiting.ts';
import type { Log } from '../telemetry/log.ts';
import { settingsRefusal, type TemporalSettings } from './temporal-settings.ts';
import { temporalRefusal } from './temporal-trouble.ts';

export interface TemporalWait<T> {
  readonly settings: TemporalSettings;
  /** Done once Temporal answers. What it throws is waited out as well, but for a Refusal of another code. */
  readonly connect: () => Promise<T> | T;
  /** Told of every attempt that failed. */
  readonly onWait: (reason: string) => void;
  readonly log: Log;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/**
 * Connects as soon as a Temporal server answers that has the namespace. Undefined when the signal aborted first.
 *
 * Throws Refusal `TemporalRefused` when the server does not let us in or has no such namespace, and `Usage` for settings
 * no server could make right: to wait would not help.
 */
export async function whenTemporalAnswers<T>(wait: TemporalWait<T>): Promise<T | undefined> {
  const { settings, log, signal, onWait } = wait;
  const fields = { temporalAddress: settings.address, temporalNamespace: settings.namespace };
  const probe = openProbe(settings);
  try {
    for (let failures = 0; !signal.aborted; failures += 1) {
      const attempt = await attemptOnce(probe, wait);
      if (attempt.ok && failures > 0) log.info(fields, 'temporal answered');
      if (attempt.ok) return attempt.connected;
      if (isAborted(signal)) break;
      const { code, message, hint } = attempt.refusal;
      if (code !== 'TemporalUnavailable') throw attempt.refusal;
      onWait(message);
      if (failures === 0) log.warn({ ...fields, code, error: message, hint }, 'temporal awaited');
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

/** gRPC's own limit is 2 minutes, which a server that is back would stay unnoticed. */
export const reconnectSoon = { 'grpc.max_reconnect_backoff_ms': 10_000 };

/** Without the SDK's own retries, which would hide the reason. */
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
  // Of its own, as the SDK leaves a listener on it with every call.
  const aborted = AbortSignal.any([signal]);
  await probe.withAbortSignal(aborted, () =>
    probe.withDeadline(Date.now() + answerLimitMs, () =>
      probe.workflowService.describeNamespace({ namespace }),
    ),
  );
}

const longestRetryMs = 5_000;
