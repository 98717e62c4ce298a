import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Kernel settings that kubelet, kube-proxy and pods' traffic change for the whole machine. */
const changed = [
  'vm/overcommit_memory',
  'vm/panic_on_oom',
  'kernel/panic',
  'kernel/panic_on_oops',
  'kernel/keys/root_maxkeys',
  'kernel/keys/root_maxbytes',
  'net/ipv4/ip_forward',
];

/** Allows pods' packets through this machine, and saves all former settings in `home`. */
export async function changeSysctls(home: string): Promise<void> {
  const before = await Promise.all(changed.map(async (name) => [name, await read(name)] as const));
  await writeFile(join(home, record), JSON.stringify(Object.fromEntries(before)));
  await write('net/ipv4/ip_forward', '1');
}

/** Restores every setting from `home`. */
export async function restoreSysctls(home: string): Promise<void> {
  const text = await readFile(join(home, record), 'utf8').catch(() => '{}');
  const before = JSON.parse(text) as Readonly<Record<string, string>>;
  for (const [name, value] of Object.entries(before)) {
    if ((await read(name)) !== value) await write(name, value);
  }
}

const record = 'sysctls.json';

async function read(name: string): Promise<string | undefined> {
  const text = await readFile(join('/proc/sys', name), 'utf8').catch(() => undefined);
  return text?.trim();
}

async function write(name: string, value: string): Promise<void> {
  await writeFile(join('/proc/sys', name), value);
}
