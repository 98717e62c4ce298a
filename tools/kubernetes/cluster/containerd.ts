import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processes } from '../../linux/processes.ts';
import { endProcess } from '../../../embedded/pid.ts';
import { startServerProcess } from '../../../embedded/server-process.ts';
import { networkConfiguration } from './network.ts';
import { system, systemAttempt, systemEnv } from '../../linux/system.ts';

export interface Containerd {
  readonly socket: string;
  readonly pid: number;
  /** Imports the images of an archive that `docker save` wrote. */
  readonly load: (archive: string) => Promise<void>;
  readonly stop: () => Promise<void>;
}

const startLimitMs = 30_000;

/** Starts a containerd whose state and containers are all below `home`. */
export async function startContainerd(home: string, pauseImage: string): Promise<Containerd> {
  const cni = join(home, 'cni');
  await mkdir(cni, { recursive: true });
  await writeFile(join(cni, '10-pgwarden.conflist'), networkConfiguration(join(home, 'addresses')));
  const settings = join(home, 'containerd.toml');
  await writeFile(settings, configuration(home, cni, pauseImage));
  const socket = socketIn(home);
  const server = await startServerProcess({
    file: 'containerd',
    args: ['--config', settings],
    env: systemEnv,
    stopSignal: 'SIGTERM',
    graceMs: 10_000,
  });
  if (!(await server.seen('containerd successfully booted', startLimitMs))) {
    await server.stop();
    throw new Error(
      `containerd did not start:\n${server.output().trim().split('\n').slice(-5).join('\n')}`,
    );
  }
  return {
    socket,
    pid: server.pid,
    load: async (archive) => {
      await inKubernetes(socket, 'images', 'import', '--no-unpack', archive);
    },
    async stop() {
      await removeContainers(socket);
      await server.stop();
      await endContainers(home);
    },
  };
}

/**
 * The configuration of its Kubernetes plugin. Some machines allow neither an OOM score nor an AppArmor profile for
 * containers, so both are disabled.
 */
function configuration(home: string, cni: string, pauseImage: string): string {
  return `version = 2
root = "${join(home, 'containerd')}"
state = "${join(home, 'state')}"
[grpc]
  address = "${socketIn(home)}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  restrict_oom_score_adj = true
  disable_apparmor = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${cni}"
`;
}

function socketIn(home: string): string {
  return join(home, 'containerd.sock');
}

async function inKubernetes(socket: string, ...args: readonly string[]): Promise<string> {
  return system('ctr', '--address', socket, '--namespace', 'k8s.io', ...args);
}

/** A container keeps running without kubelet and containerd, so each is stopped by name. */
async function removeContainers(socket: string): Promise<void> {
  const running = await inKubernetes(socket, 'tasks', 'list', '--quiet');
  for (const id of running.split('\n').filter((line) => line !== '')) {
    const args = ['--address', socket, '--namespace', 'k8s.io', 'tasks', 'delete', '--force', id];
    await systemAttempt('ctr', ...args);
  }
}

/**
 * Ends processes of containers that outlived their containerd: the shims, whose arguments name a socket of `home`, and
 * their children, the first processes of the containers.
 */
export async function endContainers(home: string): Promise<void> {
  for (const { pid, command } of await processes()) {
    const held = command.includes('containerd-shim') && command.includes(socketIn(home));
    if (!held) continue;
    const children = (await processes()).filter((other) => other.parent === pid);
    for (const child of children) await endProcess(child.pid, 'SIGKILL', 5_000);
    await endProcess(pid, 'SIGTERM', 5_000);
  }
}
