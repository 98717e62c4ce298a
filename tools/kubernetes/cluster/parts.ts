import { cacheDir } from '../../../embedded/cache.ts';
import { provideDebianPackages } from '../../../embedded/debian-packages.ts';
import { kubernetesExecutable } from '../executables.ts';
import { checkAbilities } from './abilities.ts';

/** Debian package, by an executable that it contains. */
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

/**
 * Installs or builds everything that a cluster needs and the machine lacks. Throws an error that says what is not
 * available.
 */
export async function provideClusterParts(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  if (process.platform !== 'linux') throw new Error('a local cluster needs Linux');
  if (process.getuid?.() !== 0) throw new Error('a local cluster needs root');
  await provideDebianPackages(packages, env);
  await checkAbilities(cacheDir(env));
  for (const name of executables) await kubernetesExecutable(name, env);
}
