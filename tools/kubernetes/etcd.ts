import { join } from 'node:path';
import { freePort } from '../../embedded/ports.ts';
import { startServerProcess } from '../../embedded/server-process.ts';
import { kubernetesExecutable } from './executables.ts';

interface Etcd {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts an etcd on loopback, with its data in `home`. A power cut loses the data, and `home` is removed when this
 * process ends.
 */
export async function startEtcd(home: string): Promise<Etcd> {
  const file = await kubernetesExecutable('etcd');
  const url = `http://127.0.0.1:${await freePort()}`;
  const peers = `http://127.0.0.1:${await freePort()}`;
  const settings = {
    'data-dir': join(home, 'etcd'),
    'listen-client-urls': url,
    'advertise-client-urls': url,
    'listen-peer-urls': peers,
    'initial-advertise-peer-urls': peers,
    'initial-cluster': `default=${peers}`,
    'unsafe-no-fsync': 'true',
    'log-level': 'error',
  };
  const args = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
  const server = await startServerProcess({
    file,
    args,
    stopSignal: 'SIGTERM',
    graceMs: 5_000,
    scratchDir: home,
  });
  return { url, stop: server.stop };
}
