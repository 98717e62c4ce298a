import { characterProblem } from '../core/control-characters.ts';
import { tokenHostProblem, tokenReach } from '../core/manifest/cloud-auth.ts';
import type { ConnectionParams, SecretKeySelector } from '../core/manifest/connection-params.ts';
import { fitsName } from '../core/manifest/identifier.ts';
import { serverList } from '../core/manifest/server-list.ts';
import { effectiveSslMode, sslModeProblem, sslModes } from '../core/manifest/ssl-mode.ts';
import { Refusal } from '../core/refusal.ts';
import type { ConnectionTarget, HostAndPort, TlsMaterial } from '../core/connection/target.ts';
import type { PlacedText } from './pem.ts';
import { tlsMaterial } from './tls-material.ts';

type ReadValue = (selector: SecretKeySelector) => Promise<string>;

/** Builds a connection from single fields. Throws Refusal `InvalidConnectionParams`, which never repeats a value. */
export async function targetFromParams(
  params: ConnectionParams,
  read: ReadValue,
): Promise<ConnectionTarget> {
  const field = async (name: Field): Promise<PlacedText | undefined> => {
    const selector = params[`${name}Secret`];
    const text = selector === undefined ? params[name] : await read(selector);
    return text === undefined ? undefined : { text: String(text), place: placeOf(name, selector) };
  };
  const tls = await certificates(params, read);
  const servers = serversOf(params, await field('host'), await field('port'));
  const database = nameText(await field('dbname'), 'dbname');
  const user = nameText(await field('username'), 'username');
  return {
    ...servers,
    ...{ database, user },
    ...hiddenOf(params, { ...servers, database, user }),
    password: params.auth === undefined ? passwordText(await field('password'), tls) : undefined,
    role: params.setRole,
    ...encryption(params, await field('sslMode'), tls),
    ...(params.targetSessionAttrs === undefined
      ? {}
      : { sessionAttributes: params.targetSessionAttrs }),
  };
}

type Field = 'host' | 'port' | 'dbname' | 'username' | 'password' | 'sslMode';

function placeOf(field: string, selector: SecretKeySelector | undefined): string {
  const from = selector === undefined ? '' : ` (key ${selector.key} of Secret ${selector.name})`;
  return `connection.params.${field}${from}`;
}

type Point = Pick<ConnectionTarget, 'host' | 'port' | 'otherHosts' | 'database' | 'user'>;

/** A value from a Secret may be any key of it, also a password, so messages do not repeat it. */
function hiddenOf(
  params: ConnectionParams,
  { host, port, otherHosts = [], database, user }: Point,
): Pick<ConnectionTarget, 'hidden'> {
  const servers = [{ host, port }, ...otherHosts];
  const hidden = [
    ...(params.hostSecret === undefined ? [] : servers.map((server) => server.host)),
    ...(params.portSecret === undefined ? [] : servers.map((server) => String(server.port))),
    ...(params.dbnameSecret === undefined ? [] : [database]),
    ...(params.usernameSecret === undefined ? [] : [user]),
  ];
  return hidden.length === 0 ? {} : { hidden: [...new Set(hidden)] };
}

async function certificates(params: ConnectionParams, read: ReadValue): Promise<TlsMaterial> {
  const text = async (name: 'sslRootCert' | 'sslCert' | 'sslKey') => {
    const selector = params[`${name}Secret`];
    if (selector === undefined) return undefined;
    return { text: await read(selector), place: placeOf(`${name}Secret`, selector) };
  };
  return tlsMaterial({
    ca: await text('sslRootCert'),
    cert: await text('sslCert'),
    key: await text('sslKey'),
  });
}

function serversOf(
  { auth }: ConnectionParams,
  host: PlacedText | undefined,
  port: PlacedText | undefined,
): Pick<ConnectionTarget, 'host' | 'port' | 'otherHosts'> {
  const [first, ...others] = listedServers(host, port);
  const hosts = [first, ...others].map((server) => server.host);
  const problem = auth === undefined ? undefined : tokenHostProblem(auth, hosts);
  if (problem !== undefined) throw invalid(`${placeIn('host', host)} ${problem}`, 'Correct host.');
  return { ...first, ...(others.length === 0 ? {} : { otherHosts: others }) };
}

function listedServers(
  host: PlacedText | undefined,
  port: PlacedText | undefined,
): readonly [HostAndPort, ...HostAndPort[]] {
  const list = serverList(requiredText(host, 'host'), port?.text);
  if ('servers' in list) return list.servers;
  const place = placeIn(list.field, list.field === 'host' ? host : port);
  throw invalid(`${place} ${list.problem}`, serverHints[list.field]);
}

const serverHints = {
  host: 'Write one host, or several separated by commas.',
  port: 'Write a number from 1 to 65535, or one for each host, separated by commas.',
} as const;

function placeIn(field: Field, value: PlacedText | undefined): string {
  return value?.place ?? placeOf(field, undefined);
}

/** Trims a value, because `echo` adds a line break to Secrets, and no name or host has white space around it. */
function requiredText(value: PlacedText | undefined, field: Field): string {
  const text = value?.text.trim() ?? '';
  const place = value?.place ?? placeOf(field, undefined);
  if (text === '') throw blank(place);
  const problem = characterProblem(text, 'name');
  if (problem !== undefined) throw invalid(`${place} ${problem}`, 'Remove the character.');
  return text;
}

function nameText(value: PlacedText | undefined, field: Field): string {
  const text = requiredText(value, field);
  if (fitsName(text)) return text;
  const place = value?.place ?? placeOf(field, undefined);
  throw invalid(
    `${place} is longer than 63 bytes`,
    'Write the name exactly as it is on the server.',
  );
}

/** A password is not trimmed, because white space may be part of it. With a client certificate none may be needed. */
function passwordText(value: PlacedText | undefined, { cert }: TlsMaterial): string | undefined {
  if (value === undefined && cert !== undefined) return undefined;
  const place = value?.place ?? placeOf('password', undefined);
  if (value === undefined || value.text.trim() === '') throw blank(place);
  const problem = characterProblem(value.text, 'password');
  if (problem !== undefined) throw invalid(`${place} ${problem}`, 'Choose another password.');
  return value.text;
}

function blank(place: string): Refusal {
  return invalid(`${place} is blank`, 'Write a value, or name a Secret key that contains one.');
}

function encryption(
  { channelBinding, auth }: ConnectionParams,
  value: PlacedText | undefined,
  tls: TlsMaterial,
): Pick<ConnectionTarget, 'sslMode' | 'tls' | 'channelBinding'> {
  const needs = {
    authorities: tls.ca !== undefined,
    clientCertificate: tls.cert !== undefined,
    channelBinding,
    token: auth === undefined ? undefined : tokenReach(auth),
  };
  const written = sslMode(value);
  const problem = sslModeProblem(written, needs);
  if (problem !== undefined) {
    throw invalid(`${placeOf('sslMode', undefined)} ${problem}`, 'Correct sslMode.');
  }
  return {
    sslMode: effectiveSslMode(written, needs),
    ...(Object.keys(tls).length === 0 ? {} : { tls }),
    ...(channelBinding === undefined ? {} : { channelBinding }),
  };
}

function sslMode(value: PlacedText | undefined): ConnectionTarget['sslMode'] | undefined {
  if (value === undefined) return undefined;
  const text = value.text.trim();
  const mode = sslModes.find((each) => each === text);
  if (mode === undefined) {
    throw invalid(`${value.place} is not an sslMode`, `Use one of ${sslModes.join(', ')}.`);
  }
  return mode;
}

function invalid(message: string, hint: string): Refusal {
  return new Refusal('InvalidConnectionParams', message, hint);
}
