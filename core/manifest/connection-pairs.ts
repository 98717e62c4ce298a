import { otherCredentials, tokenReach } from './cloud-auth.ts';
import type { ConnectionParams } from './connection-params.ts';
import { sslModeProblem } from './ssl-mode.ts';

const required = ['host', 'dbname', 'username', 'password'] as const;
const optional = ['port', 'sslMode'] as const;

/** Fields that are given twice, missing, or contradictory, each with its problem. */
export function pairProblems(params: ConnectionParams): [string, string][] {
  return [
    ...[...required, ...optional].flatMap((field) => fieldProblems(params, field)),
    ...certificateProblems(params),
    ...credentialProblems(params),
    ...modeProblems(params),
  ];
}

type Field = (typeof required)[number] | (typeof optional)[number];

function fieldProblems(params: ConnectionParams, field: Field): [string, string][] {
  const literal = params[field] !== undefined;
  const secret = params[`${field}Secret`] !== undefined;
  if (literal && secret) return [[field, `is given twice: keep ${field} or ${field}Secret`]];
  if (literal || secret || !isRequired(field, params)) return [];
  return [[field, `is missing: write ${field} or ${field}Secret`]];
}

/** With a cloud identity the token is the password; with a client certificate none may be needed. */
function isRequired(field: Field, { sslCertSecret, auth }: ConnectionParams): boolean {
  if (field === 'password') return sslCertSecret === undefined && auth === undefined;
  return required.some((name) => name === field);
}

function certificateProblems({
  sslCertSecret,
  sslKeySecret,
}: ConnectionParams): [string, string][] {
  if ((sslCertSecret === undefined) === (sslKeySecret === undefined)) return [];
  const [missing, there] =
    sslKeySecret === undefined
      ? ['sslKeySecret', 'sslCertSecret']
      : ['sslCertSecret', 'sslKeySecret'];
  return [[missing, `is missing: ${there} has no effect without it`]];
}

function credentialProblems(params: ConnectionParams): [string, string][] {
  if (params.auth === undefined) return [];
  return otherCredentials
    .filter((field) => params[field] !== undefined)
    .map((field) => [field, 'cannot be combined with auth: keep one way to log in']);
}

/** The sslMode, if it is a literal in the policy. */
function modeProblems(params: ConnectionParams): [string, string][] {
  const problem = sslModeProblem(params.sslMode, {
    authorities: params.sslRootCertSecret !== undefined,
    clientCertificate: params.sslCertSecret !== undefined,
    channelBinding: params.channelBinding,
    token: params.auth === undefined ? undefined : tokenReach(params.auth),
  });
  return problem === undefined ? [] : [['sslMode', problem]];
}
