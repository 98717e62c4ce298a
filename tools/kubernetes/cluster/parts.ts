import { cacheDir } from '../../../embedded/cache.ts';
import { provideDebianPackages } from '../../../embedded/debian-packages.ts';
import { kubernetesExecutable } from '../executables.ts';
import { checkAbilities } from './abilities.ts';

/** Debian package to an executable of it. */
const packages = {
  'docker.io': '/usr/bin/containerd',
  'containernetworking-plugins': '/usr/lib/cni/bridge',
  iproute2: 'ip',
  iptables: 'iptables',
  debootstrap: 'debootstrap',
};

const executables = [
  ...['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'],
  ...['kubelet', 'kube-proxy', 'kubectl', 'coredns', 'helm'],
] as const;

/** Everything a cluster is made of, installed or built when missing. Throws an error that says what cannot be had. */
export async function provideClusterParts(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  if (process.platform !== 'linux') throw new Error('a cluster of our own needs Linux');
  if (process.getuid?.() !== 0) throw new Error('a cluster of our own needs root');
  await provideDebianPackages(packages, env);
  await checkAbilities(cacheDir(env));
  for (const name of executables) await kubernetesExecutable(name, env);
}
