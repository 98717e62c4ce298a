import { ZodError } from 'zod';
import type { ErrorCode } from '../../core/error-codes.ts';
import { Refusal } from '../../core/refusal.ts';
import { ApiError } from './api/api-error.ts';

/** What a response of the API server, or its absence, means for the caller. */
interface Meaning {
  readonly code: ErrorCode;
  readonly says: string;
  readonly hint: string;
}

const unavailable: Meaning = {
  code: 'KubernetesUnavailable',
  says: 'does not respond',
  hint: 'Check the API server and the network from this pod to it if this persists. pgwarden keeps retrying.',
};

const rejected: Meaning = {
  code: 'KubernetesRejected',
  says: 'rejected the request',
  hint: 'Fix what the message names; see docs/errors.md.',
};

const unreadable: Meaning = {
  code: 'KubernetesRejected',
  says: 'sent an invalid response',
  hint: 'Check whether a proxy between here and the API server answers instead of it.',
};

/** Meanings by HTTP status. All others are `rejected` from 400 and `unavailable` from 500. */
const meanings: Readonly<Record<number, Meaning>> = {
  401: {
    code: 'KubernetesUnavailable',
    says: 'rejected our credentials',
    hint: 'Check the ServiceAccount or KUBECONFIG. If only the token has expired, pgwarden reads the new one within a minute.',
  },
  403: {
    code: 'KubernetesForbidden',
    says: 'denied the request',
    hint: 'Grant the ServiceAccount this permission; the chart contains every rule that pgwarden needs.',
  },
  404: {
    code: 'KubernetesRejected',
    says: 'did not find it',
    hint: 'Install the CustomResourceDefinition postgrespolicies.pgroles.io and create the namespace.',
  },
  409: {
    code: 'KubernetesUnavailable',
    says: 'reports a conflicting change',
    hint: 'Wait: pgwarden retries.',
  },
  413: {
    code: 'KubernetesRejected',
    says: 'rejected it as too large',
    hint: 'Split the policy into several.',
  },
  429: { ...unavailable, says: 'is overloaded' },
};

/** An error of an API server as a refusal. `doing` is the attempted action, e.g. `read policy shop/main`. */
export function apiTrouble(doing: string, error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const { code, says, hint } = meaningOf(error);
  const why = error instanceof ApiError ? error.message : connectionTrouble(error);
  return new Refusal(code, `cannot ${doing}: the API server ${says}: ${why}`, hint);
}

/** The same with a more specific code. */
export function troubleAs(code: ErrorCode, doing: string, error: unknown): Refusal {
  const { message, hint } = apiTrouble(doing, error);
  return new Refusal(code, message, hint);
}

function meaningOf(error: unknown): Meaning {
  if (error instanceof ZodError) return unreadable;
  if (!(error instanceof ApiError)) return unavailable;
  return meanings[error.code] ?? (error.code >= 500 ? unavailable : rejected);
}

function connectionTrouble(error: unknown): string {
  if (error instanceof ZodError) return error.issues[0]?.path.join('.') ?? '';
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'no response in time';
  return error.message === '' && 'code' in error ? String(error.code) : error.message;
}
