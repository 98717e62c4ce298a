import { readdir, readFile } from 'node:fs/promises';
import { system, systemAttempt } from '../../tools/linux/system.ts';
import { processes } from '../../tools/linux/processes.ts';

/** What a cluster changes on its machine, among the things that other programs do not change. */
export async function machineState(): Promise<object> {
  const mounts = (await readFile('/proc/self/mountinfo', 'utf8')).split('\n');
  const commands = (await processes()).map(({ command }) => command);
  return {
    interfaces: (await system('ip', '-oneline', 'link'))
      .split('\n')
      .map((line) => line.split(': ')[1]),
    mounts: mounts.map((line) => line.split(' ')[4]).filter((point) => point?.includes('pgwarden')),
    rules: (await systemAttempt('iptables-save')).match(/^.*(?:KUBE|pgwarden).*$/gm) ?? [],
    groups: (await readdir('/sys/fs/cgroup', { recursive: true })).filter((path) =>
      /(?:^|\/)(?:k8s\.io|docker)$/.test(path),
    ),
    processes: commands.filter((command) =>
      /^\S*(?:containerd|dockerd|kubelet|coredns)/.test(command),
    ),
    settings: await system('sysctl', 'vm.overcommit_memory', 'kernel.panic', 'net.ipv4.ip_forward'),
  };
}
