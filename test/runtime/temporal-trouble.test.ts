import { expect, test } from '@jest/globals';
import { Connection, ServiceError } from '@temporalio/client';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:tls';
import { createServer } from 'node:tls';
import { temporalProblem, temporalRefusal } from '../../runtime/temporal-trouble.ts';
import { newAuthority } from '../setup/certificates.ts';

/**
 * The error of a connection to a server with a certificate of that authority for that name, by a client that trusts
 * another CA.
 */
async function problemWith(name: string, trusted: string | undefined): Promise<string> {
  const authority = await newAuthority('temporal');
  const server = createServer({ ...(await authority.server([name])), ALPNProtocols: ['h2'] });
  const address = `localhost:${String(await listening(server))}`;
  const ca = Buffer.from(trusted ?? authority.cert);
  const connection = Connection.lazy({
    address,
    tls: { serverRootCACertificate: ca },
    interceptors: [],
  });
  try {
    const refusal = await temporalProblem(connection, address);
    return [refusal?.code, refusal?.message, refusal?.hint].join('\n');
  } finally {
    await connection.close();
    await new Promise((resolve) => server.close(resolve));
  }
}

async function listening(server: Server): Promise<number> {
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return (server.address() as AddressInfo).port;
}

test('a certificate of an unknown authority is reported as such', async () => {
  const stranger = await newAuthority('stranger');
  const problem = await problemWith('localhost', stranger.cert);
  expect(problem).toMatch(/^TemporalUnavailable\n.*certificate/);
  expect(problem).toContain('Check TEMPORAL_TLS_SERVER_CA_CERT_PATH');
});

test('a certificate for another host is reported as such', async () => {
  const problem = await problemWith('elsewhere.example', undefined);
  expect(problem).toMatch(/^TemporalUnavailable\n.*altnames/);
  expect(problem).toContain('TEMPORAL_TLS_SERVER_NAME');
});

test('an error that the SDK wraps is reported by its cause', () => {
  const cause = Object.assign(new Error('16 UNAUTHENTICATED: no'), {
    code: 16,
    details: 'token expired',
    metadata: {},
  });
  const { code, message } = temporalRefusal(
    't:7233',
    new ServiceError('Failed to query Workflow', { cause }),
  );
  expect({ code, message }).toEqual({
    code: 'TemporalRefused',
    message: 'Temporal at t:7233 rejected the request: token expired',
  });
});
