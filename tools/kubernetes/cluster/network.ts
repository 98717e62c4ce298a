import { readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addresses } from './addresses.ts';
import { system, systemAttempt } from '../../linux/system.ts';

const { bridge, gateway, pods } = addresses;
const comment = ['-m', 'comment', '--comment', 'pgwarden cluster'];

/**
 * Pods can reach each other whatever this machine forwards otherwise, and reach other networks with this machine's
 * address.
 */
const rules = [
  ['nat', 'POSTROUTING', '-s', pods, '!', '-d', pods, ...comment, '-j', 'MASQUERADE'],
  ['filter', 'FORWARD', '-i', bridge, ...comment, '-j', 'ACCEPT'],
  ['filter', 'FORWARD', '-o', bridge, ...comment, '-j', 'ACCEPT'],
] as const;

/**
 * The bridge of the pods, with the address of its gateway, because the API server listens there before any pod exists.
 */
export async function makeNetwork(): Promise<void> {
  await system('ip', 'link', 'add', bridge, 'type', 'bridge');
  await system('ip', 'address', 'add', `${gateway}/24`, 'dev', bridge);
  await system('ip', 'link', 'set', bridge, 'up');
  for (const [table, chain, ...rule] of rules) {
    await system('iptables', '-w', '-t', table, '-I', chain, '1', ...rule);
  }
}

/** Removes as much of it as exists. */
export async function removeNetwork(): Promise<void> {
  for (const [table, chain, ...rule] of rules) {
    await systemAttempt('iptables', '-w', '-t', table, '-D', chain, ...rule);
  }
  // The kernel keeps the ends of pods' connections for a while. Deleting them by name removes them at once.
  const ends = await systemAttempt('ip', '-oneline', 'link', 'show', 'master', bridge);
  for (const [, end = ''] of ends.matchAll(/^\d+: (\w+)@/gm))
    await systemAttempt('ip', 'link', 'delete', end);
  await systemAttempt('ip', 'link', 'delete', bridge);
  for (const name of await readdir(results).catch(() => [])) {
    const container = new RegExp(`^${networkName}-(\\w+)-eth0$`).exec(name)?.[1];
    if (container === undefined) continue;
    await rm(join(results, name));
    await rm(join(results, `cni-loopback-${container}-lo`), { force: true });
  }
  for (const folder of [results, dirname(results)]) await rmdir(folder).catch(() => undefined); // another network's files are in it
}

const networkName = 'pgwarden';

/** The folder in which every runtime stores the results of the plugins. */
const results = '/var/lib/cni/results';

/** The configuration of the CNI plugins. They store the addresses in use under `data`. */
export function networkConfiguration(data: string): string {
  const ipam = {
    type: 'host-local',
    dataDir: data,
    ranges: [[{ subnet: pods, gateway }]],
    routes: [{ dst: '0.0.0.0/0' }],
  };
  const plugin = { type: 'bridge', bridge, isGateway: true, hairpinMode: true, ipam };
  return JSON.stringify({ cniVersion: '1.0.0', name: networkName, plugins: [plugin] });
}
