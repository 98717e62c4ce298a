import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { system, systemAttempt } from '../../linux/system.ts';

const probe = 'pgwarden-probe';

/**
 * Throws an error that names an ability that a node needs and that this machine, e.g. a container, does not give root.
 */
export async function checkAbilities(cache: string): Promise<void> {
  const abilities = {
    'make a network bridge': bridge,
    'change iptables rules': rules,
    'make a control group': controlGroup,
    'mount an overlay file system': () => overlay(cache),
  };
  for (const [what, tryIt] of Object.entries(abilities)) {
    await tryIt().catch((cause: unknown) => {
      const said = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`a local cluster must ${what}, and this machine does not allow it: ${said}`);
    });
  }
}

async function bridge(): Promise<void> {
  await systemAttempt('ip', 'link', 'delete', probe);
  await system('ip', 'link', 'add', probe, 'type', 'bridge');
  await system('ip', 'link', 'delete', probe);
}

async function rules(): Promise<void> {
  await system('iptables', '-w', '-t', 'nat', '-N', probe);
  await system('iptables', '-w', '-t', 'nat', '-X', probe);
}

/** Version 1 has one folder for each controller, version 2 has one folder for all. */
async function controlGroup(): Promise<void> {
  const mount = '/sys/fs/cgroup';
  const memory = join(mount, 'memory');
  const group = join(existsSync(memory) ? memory : mount, probe);
  await mkdir(group, { recursive: true });
  await rmdir(group);
}

async function overlay(cache: string): Promise<void> {
  await mkdir(cache, { recursive: true });
  const home = await mkdtemp(join(cache, 'overlay-'));
  const folder = (name: string) => join(home, name);
  try {
    for (const name of ['lower', 'upper', 'work', 'merged']) await mkdir(folder(name));
    const options = `lowerdir=${folder('lower')},upperdir=${folder('upper')},workdir=${folder('work')}`;
    await system('mount', '-t', 'overlay', '-o', options, 'overlay', folder('merged'));
    await system('umount', folder('merged'));
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}
