import { once } from 'node:events';
import { pino } from 'pino';
import { Refusal } from '../core/refusal.ts';
import { encryptionCodec } from '../runtime/encryption/codec.ts';
import { keysIn } from '../runtime/encryption/keys.ts';
import { stopSignal } from '../runtime/stop-signal.ts';
import { codecConfiguration } from './configuration.ts';
import { groupsIn } from './tokens.ts';
import { codecServer } from './server.ts';

/** The codec server: reads the configuration and serves until SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const configuration = codecConfiguration(process.env);
  const log = pino({ name: 'pgwarden-codec', level: process.env.LOG_LEVEL ?? 'info' });
  const codec = encryptionCodec(keysIn(process.env.PGWARDEN_ENCRYPTION_KEYS ?? '', { log }));
  const signal = stopSignal();
  const server = codecServer({ codec, groupsOf: groupsIn(configuration), ...configuration, log });
  server.listen(configuration.http);
  await once(server, 'listening').catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    const hint = 'Set PGWARDEN_HTTP_ADDR to a free address of this machine.';
    throw new Refusal('Usage', `cannot listen on PGWARDEN_HTTP_ADDR: ${why}`, hint);
  });
  log.info({ http: server.address(), issuer: configuration.issuer }, 'codec server started');
  if (!signal.aborted) await once(signal, 'abort');
  server.close();
  server.closeIdleConnections();
}

main().catch((error: unknown) => {
  if (error instanceof Refusal) process.stderr.write(`hint: ${error.hint}\n`);
  const code = error instanceof Refusal ? error.code : 'Internal';
  process.stderr.write(
    `error: ${code}: ${error instanceof Error ? error.message : String(error)}\n`,
  );
  process.exitCode = 1;
});
