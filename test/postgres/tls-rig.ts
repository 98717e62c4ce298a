import { chmod, chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../embedded/command.ts';
import { type PostgresServer, startPostgres } from '../../embedded/postgres.ts';
import type { PostgresMajor } from '../../embedded/postgres-binaries.ts';
import { postgresUser } from '../../embedded/unprivileged.ts';
import type { TlsMaterial } from '../../core/connection/target.ts';
import { rowsOf } from '../setup/rows.ts';

/**
 * A server with TLS. Its certificate has the address 127.0.0.1 and no name. Its databases differ in their logins:
 * `scram`, `md5` and `clear` ask for a password over TLS, `certificate` for a client certificate, `trusting` for
 * nothing, and `plain` accepts only connections without TLS.
 */
export interface TlsRig {
  readonly server: PostgresServer;
  readonly password: string;
  /** The authority that signed the server's certificate. */
  readonly ca: string;
  /** One that did not sign it. */
  readonly otherCa: string;
  /** A client certificate, signed by the first. */
  certificateOf(user: string): Promise<Required<Pick<TlsMaterial, 'cert' | 'key'>>>;
  close(): Promise<void>;
}

const rules = [
  'host postgres all 127.0.0.1/32 scram-sha-256',
  'hostssl scram all 127.0.0.1/32 scram-sha-256',
  'hostssl md5 all 127.0.0.1/32 md5',
  'hostssl clear all 127.0.0.1/32 password',
  'hostssl certificate all 127.0.0.1/32 cert',
  'hostssl trusting all 127.0.0.1/32 trust',
  'hostnossl plain all 127.0.0.1/32 scram-sha-256',
];
const databases = ['scram', 'md5', 'clear', 'certificate', 'trusting', 'plain'];

export async function openTlsRig(major: PostgresMajor): Promise<TlsRig> {
  const folder = await mkdtemp(join(tmpdir(), 'pgwarden-tls-'));
  await chmod(folder, 0o755); // for the system user that runs the server
  const file = (name: string): string => join(folder, name);
  await makeAuthority(folder, 'ca');
  await makeAuthority(folder, 'other');
  await makeCertificate(folder, 'server', '/CN=server', 'subjectAltName=IP:127.0.0.1');
  const { uid, gid } = await postgresUser();
  if (uid !== undefined && gid !== undefined) await chown(file('server.key'), uid, gid);
  await writeFile(file('hba.conf'), `${rules.join('\n')}\n`);
  const server = await startPostgres({
    major,
    durable: false,
    settings: {
      hba_file: file('hba.conf'),
      ssl: 'on',
      ssl_cert_file: file('server.crt'),
      ssl_key_file: file('server.key'),
      ssl_ca_file: file('ca.crt'),
    },
  });
  for (const name of databases) await rowsOf(server.url, `CREATE DATABASE ${name}`);
  return {
    server,
    password: new URL(server.url).password,
    ca: await readFile(file('ca.crt'), 'utf8'),
    otherCa: await readFile(file('other.crt'), 'utf8'),
    async certificateOf(user) {
      await makeCertificate(folder, user, `/CN=${user}`, 'basicConstraints=CA:FALSE');
      const [cert, key] = [file(`${user}.crt`), file(`${user}.key`)];
      return { cert: await readFile(cert, 'utf8'), key: await readFile(key, 'utf8') };
    },
    async close() {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

async function makeAuthority(folder: string, name: string): Promise<void> {
  const out = ['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.crt`)];
  await openssl(['req', '-x509', ...newKey, '-days', '2', '-subj', `/CN=${name}`, ...out]);
}

async function makeCertificate(
  folder: string,
  name: string,
  subject: string,
  extension: string,
): Promise<void> {
  const path = (ending: string): string => join(folder, `${name}.${ending}`);
  const out = ['-keyout', path('key'), '-out', path('csr')];
  await openssl(['req', '-new', ...newKey, '-subj', subject, ...out]);
  await chmod(path('key'), 0o600);
  await writeFile(path('ext'), `${extension}\n`);
  const ca = ['-CA', join(folder, 'ca.crt'), '-CAkey', join(folder, 'ca.key'), '-CAcreateserial'];
  const request = ['-in', path('csr'), '-out', path('crt'), '-extfile', path('ext')];
  await openssl(['x509', '-req', '-days', '2', ...ca, ...request]);
}

async function openssl(args: readonly string[]): Promise<void> {
  const { code, output } = await runCommand('openssl', [...args]);
  if (code !== 0) throw new Error(`openssl ${args[0] ?? ''} failed: ${output}`);
}
