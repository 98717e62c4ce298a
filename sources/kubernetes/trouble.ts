import { ZodError } from 'zod';
import type { ErrorCode } from '../../core/error-codes.ts';
import { Refusal } from '../../core/refusal.ts';
import { ApiError } from './api/api-error.ts';

/** What an API server's answer, or its absence, means for whoever asked. */
interface Meaning {
  readonly code: ErrorCode;
  readonly says: string;
  readonly hint: string;
}

const unavailable: Meaning = {
  code: 'KubernetesUnavailable',
  says: 'does not answer',
  hint: 'It is tried again. If it lasts, check the API server, and the network from this pod to it.',
};

const rejected: Meaning = {
  code: 'KubernetesRejected',
  says: 'refuses it',
  hint: 'The message says why; docs/errors.md has more.',
};

const unreadable: Meaning = {
  code: 'KubernetesRejected',
  says: 'answers what we cannot read',
  hint: 'Look for a proxy in between that answers for it.',
};

/** By HTTP status. What is not here is `rejected` from 400, `unavailable` from 500. */
const meanings: Readonly<Record<number, Meaning>> = {
  401: {
    code: 'KubernetesUnavailable',
    says: 'does not know us',
    hint: 'The token may have ended; it is read anew within a minute. Else mend the ServiceAccount or KUBECONFIG.',
  },
  403: {
    code: 'KubernetesForbidden',
    says: 'forbids it',
    hint: 'Grant it to the ServiceAccount; the chart has a rule for every need.',
  },
  404: {
    code: 'KubernetesRejected',
    says: 'has no such thing',
    hint: 'Install the CustomResourceDefinition postgrespolicies.pgroles.io, and create the namespace.',
  },
  409: {
    code: 'KubernetesUnavailable',
    says: 'saw another change of it first',
    hint: 'It is tried again.',
  },
  413: {
    code: 'KubernetesRejected',
    says: 'finds it too large',
    hint: 'Split the policy into several.',
  },
  429: { ...unavailable, says: 'has too much to do' },
};

/** Trouble with an API server as a refusal. `doing` is what was asked for, e.g. `read policy shop/main`. */
export function apiTrouble(doing: string, error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const { code, says, hint } = meaningOf(error);
  const why = error instanceof ApiError ? error.message : connectionTrouble(error);
  return new Refusal(code, `cannot ${doing}: the API server ${says}: ${why}`, hint);
}

/** The same, where a code of its own says more to a user than who refused. */
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
