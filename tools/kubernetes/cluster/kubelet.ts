import { mkdir, readdir, readlink, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../../embedded/ports.ts';
import { startServerProcess, type ServerProcess } from '../../../embedded/server-process.ts';
import { kubernetesExecutable } from '../executables.ts';
import { addresses } from './addresses.ts';
import { systemEnv } from '../../linux/system.ts';

interface KubeletOptions {
  readonly home: string;
  readonly kubeconfig: string;
  /** Of containerd. */
  readonly socket: string;
}

/** Starts the kubelet, which writes all its files below `home`. */
export async function startKubelet(options: KubeletOptions): Promise<ServerProcess> {
  const file = await kubernetesExecutable('kubelet');
  const folder = join(options.home, 'kubelet');
  await mkdir(folder, { recursive: true });
  const settings = join(options.home, 'kubelet.json');
  await writeFile(settings, JSON.stringify(await configuration(options)));
  return startServerProcess({
    file,
    args: [
      ...['--config', settings, '--kubeconfig', options.kubeconfig],
      ...['--root-dir', folder, '--cert-dir', join(folder, 'pki')],
      ...['--hostname-override', addresses.node, '--node-ip', addresses.gateway],
    ],
    env: systemEnv,
    stopSignal: 'SIGTERM',
    graceMs: 10_000,
  });
}

async function configuration({ home, socket }: KubeletOptions): Promise<object> {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    containerRuntimeEndpoint: `unix://${socket}`,
    // The kubelet obeys every client that reaches it, so only this machine can.
    address: '127.0.0.1',
    port: await freePort(),
    healthzPort: 0,
    authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
    authorization: { mode: 'AlwaysAllow' },
    clusterDNS: [addresses.gateway],
    clusterDomain: 'cluster.local',
    podLogsDir: join(home, 'logs'),
    volumePluginDir: join(home, 'volume-plugins'),
    makeIPTablesUtilChains: false,
    // Settings for a container without systemd as the machine.
    failCgroupV1: false,
    failSwapOn: false,
    cgroupDriver: 'cgroupfs',
    cgroupsPerQOS: false,
    enforceNodeAllocatable: [],
    localStorageCapacityIsolation: false,
    // Images are loaded, not pulled, so the kubelet must not remove any when the disk is nearly full.
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    evictionHard: {
      'nodefs.available': '1%',
      'imagefs.available': '1%',
      'memory.available': '50Mi',
    },
    registerWithTaints: [],
    syncFrequency: '10s',
    nodeStatusUpdateFrequency: '5s',
  };
}

const systemLogs = '/var/log/containers';

/** The links to logs that every kubelet makes in a fixed folder of the system. */
export async function removeLogLinks(home: string): Promise<void> {
  for (const name of await readdir(systemLogs).catch(() => [])) {
    const link = join(systemLogs, name);
    const target = await readlink(link).catch(() => '');
    if (target.startsWith(`${home}/`)) await rm(link);
  }
  await rmdir(systemLogs).catch(() => undefined); // someone else's links are in it
}
