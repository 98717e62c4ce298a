import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../../../embedded/command.ts';
import { freePort } from '../../../embedded/ports.ts';
import { startServerProcess, type ServerProcess } from '../../../embedded/server-process.ts';
import type { ApiServer } from '../api-server.ts';
import { kubernetesExecutable } from '../executables.ts';
import { addresses } from './addresses.ts';
import { systemAttempt, systemEnv } from '../../linux/system.ts';

type Component = Parameters<typeof kubernetesExecutable>[0];

export async function startControllers({ kubeconfig, keys }: ApiServer): Promise<ServerProcess> {
  return component('kube-controller-manager', {
    kubeconfig,
    'service-account-private-key-file': keys.serviceAccounts,
    'root-ca-file': keys.authority,
    'leader-elect': 'false',
    'secure-port': '0',
  });
}

export async function startScheduler({ kubeconfig }: ApiServer): Promise<ServerProcess> {
  return component('kube-scheduler', { kubeconfig, 'leader-elect': 'false', 'secure-port': '0' });
}

/** Makes services reachable with iptables rules, and does not change kernel settings. */
export async function startProxy(home: string, { kubeconfig }: ApiServer): Promise<ServerProcess> {
  const settings = {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    clientConnection: { kubeconfig },
    mode: 'iptables',
    clusterCIDR: addresses.pods,
    hostnameOverride: addresses.node,
    healthzBindAddress: `127.0.0.1:${await freePort()}`,
    metricsBindAddress: `127.0.0.1:${await freePort()}`,
    // Pods share a bridge, so a reply passes this machine only if the request had this machine's address.
    iptables: { masqueradeAll: true, localhostNodePorts: false },
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  };
  const config = join(home, 'kube-proxy.json');
  await writeFile(config, JSON.stringify(settings));
  return component('kube-proxy', { config });
}

/**
 * Throws an error on a machine that is already a node of a cluster, because the two would remove each other's rules.
 */
export async function refuseSecondProxy(): Promise<void> {
  const rules = await systemAttempt('iptables', '-w', '-t', 'nat', '-S', 'KUBE-SERVICES');
  if (rules !== '') throw new Error('this machine is a node of another Kubernetes cluster');
}

/** kube-proxy creates it only if the kubelet has not, and the kubelet is configured not to manage rules. */
const firewall = 'KUBE-FIREWALL';

/** The rules that a kube-proxy has made, which stay after it ends. */
export async function removeProxyRules(): Promise<void> {
  const file = await kubernetesExecutable('kube-proxy');
  await runCommand(file, ['--cleanup'], { env: systemEnv, timeoutMs: 30_000 });
  for (const chain of ['INPUT', 'OUTPUT'])
    await systemAttempt('iptables', '-w', '-D', chain, '-j', firewall);
  await systemAttempt('iptables', '-w', '-F', firewall);
  await systemAttempt('iptables', '-w', '-X', firewall);
}

/** DNS answers for services, on the bridge. Other names are resolved as on this machine. */
export async function startDns(home: string, { kubeconfig }: ApiServer): Promise<ServerProcess> {
  const system = '/etc/resolv.conf';
  const conf = join(home, 'Corefile');
  await writeFile(
    conf,
    `.:53 {
  bind ${addresses.gateway}
  errors
  kubernetes cluster.local {
    kubeconfig ${kubeconfig}
  }
  ${existsSync(system) ? `forward . ${system}` : ''}
}
`,
  );
  return component('coredns', { conf });
}

async function component(
  name: Component,
  settings: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  return startServerProcess({
    file: await kubernetesExecutable(name),
    args: Object.entries(settings).map(([key, value]) => `--${key}=${value}`),
    env: systemEnv,
    stopSignal: 'SIGTERM',
    graceMs: 5_000,
  });
}
