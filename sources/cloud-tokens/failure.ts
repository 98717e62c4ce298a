import type { CloudAuth } from '../../core/manifest/cloud-auth.ts';
import { Refusal } from '../../core/refusal.ts';

const hints: Readonly<Record<CloudAuth['type'], string>> = {
  aws_rds_iam:
    "Check the IAM role of the worker's ServiceAccount, and set auth.region if the host name contains no region.",
  gcp_workload_identity:
    "Check the Google service account of the worker's ServiceAccount, and that it may act as auth.impersonateServiceAccount.",
  azure_workload_identity:
    'Check that the pod has the label azure.workload.identity/use, and check the client ID and federated credential of its ServiceAccount.',
};

export function noToken({ type }: CloudAuth, why: string): Refusal {
  return new Refusal(
    'CloudTokenFailed',
    `cannot get a token for auth ${type}: ${why}`,
    hints[type],
  );
}

/**
 * The reason of a failure in words that are safe to repeat: error names, numbers and codes. Messages are not safe,
 * because they may contain a response of the cloud with a token, or the assertion that was sent.
 */
export function safeReason(error: unknown): string {
  const found = chainOf(error).flatMap((each) => [
    ...namesOf(each),
    ...statusesOf(each),
    ...numbersOf(each),
  ]);
  const facts = [...new Set(found)].slice(0, mostFacts);
  return facts.length === 0 ? 'the request failed' : `the request failed (${facts.join(', ')})`;
}

const mostFacts = 6;
const mostCauses = 4;

/** An error and its causes. */
function chainOf(error: unknown): readonly object[] {
  const chain: object[] = [];
  let current = error;
  while (isObject(current) && chain.length < mostCauses) {
    chain.push(current);
    current = fieldOf(current, 'cause');
  }
  return chain;
}

/** `AccessDenied`, `CredentialUnavailableError`, `ECONNREFUSED`. */
function namesOf(error: object): string[] {
  const texts = ['name', 'code'].map((field) => fieldOf(error, field));
  return texts
    .filter((text) => typeof text === 'string')
    .filter((text) => text !== 'Error' && /^[A-Za-z_]{3,40}$/.test(text));
}

function statusesOf(error: object): string[] {
  const nested = ['$metadata', 'response'].map((field) => fieldOf(error, field)).filter(isObject);
  const values = [
    fieldOf(error, 'status'),
    fieldOf(error, 'statusCode'),
    ...nested.flatMap((each) => [fieldOf(each, 'status'), fieldOf(each, 'httpStatusCode')]),
  ];
  return values.filter(isSmallNumber).map((status) => `HTTP ${String(status)}`);
}

/** Error numbers of Microsoft Entra, which its manual explains. */
function numbersOf(error: object): string[] {
  const message = fieldOf(error, 'message');
  return typeof message === 'string' ? (message.match(/AADSTS\d{4,8}/g) ?? []) : [];
}

function isSmallNumber(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) > 0 && Number(value) < 1e8;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function fieldOf(value: object, name: string): unknown {
  return Reflect.get(value, name);
}
