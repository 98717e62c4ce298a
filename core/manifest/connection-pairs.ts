import type { ConnectionParams } from './connection.ts';
import { sslModeProblem } from './ssl-mode.ts';

const required = ['host', 'dbname', 'username', 'password'] as const;
const optional = ['port', 'sslMode'] as const;

/** Fields that are given twice, are missing, or contradict each other, with what is wrong. */
export function pairProblems(params: ConnectionParams): [string, string][] {
  return [
    ...[...required, ...optional].flatMap((field) => fieldProblems(params, field)),
    ...certificateProblems(params),
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

/** Who has a client certificate may need no password. */
function isRequired(field: Field, { sslCertSecret }: ConnectionParams): boolean {
  if (field === 'password') return sslCertSecret === undefined;
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
  return [[missing, `is missing: ${there} is of no use without it`]];
}

/** The mode where it is written in the policy. */
function modeProblems(params: ConnectionParams): [string, string][] {
  const problem = sslModeProblem(params.sslMode, {
    authorities: params.sslRootCertSecret !== undefined,
    clientCertificate: params.sslCertSecret !== undefined,
    channelBinding: params.channelBinding,
  });
  return problem === undefined ? [] : [['sslMode', problem]];
}
