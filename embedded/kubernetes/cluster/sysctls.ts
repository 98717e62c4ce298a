import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The kernel's settings that kubelet, kube-proxy and pods' traffic change for the whole machine. */
const changed = [
  'vm/overcommit_memory',
  'vm/panic_on_oom',
  'kernel/panic',
  'kernel/panic_on_oops',
  'kernel/keys/root_maxkeys',
  'kernel/keys/root_maxbytes',
  'net/ipv4/ip_forward',
];

/** Let pods' packets through this machine; the answer puts every setting back as it was. */
export async function changeSysctls(): Promise<() => Promise<void>> {
  const before = await Promise.all(changed.map(async (name) => [name, await read(name)] as const));
  await write('net/ipv4/ip_forward', '1');
  return async () => {
    for (const [name, value] of before) {
      if (value !== undefined && (await read(name)) !== value) await write(name, value);
    }
  };
}

async function read(name: string): Promise<string | undefined> {
  const text = await readFile(join('/proc/sys', name), 'utf8').catch(() => undefined);
  return text?.trim();
}

async function write(name: string, value: string): Promise<void> {
  await writeFile(join('/proc/sys', name), value);
}
