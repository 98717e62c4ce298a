import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir } from '../../../embedded/cache.ts';
import { step } from '../../../embedded/progress.ts';
import { removeCgroup } from '../../linux/cgroups.ts';
import { unmountBelow } from '../../linux/mounts.ts';
import { rememberServer, stopStaleServer } from '../../../embedded/stale-server.ts';
import { startApiServer, type ApiServer } from '../api-server.ts';
import { addresses } from './addresses.ts';
import { endContainers, startContainerd } from './containerd.ts';
import {
  refuseSecondProxy,
  removeProxyRules,
  startControllers,
  startDns,
  startProxy,
  startScheduler,
} from './control-plane.ts';
import { clusterImages, images } from './images.ts';
import { kubectl } from './kubectl.ts';
import { removeLogLinks, startKubelet } from './kubelet.ts';
import { makeNetwork, removeNetwork } from './network.ts';
import { provideClusterParts } from './parts.ts';
import { storage } from './storage.ts';
import { changeSysctls, restoreSysctls } from './sysctls.ts';
import { undoList, type UndoList } from './undo.ts';

export interface Cluster {
  /** A kubeconfig file with all rights for `kubectl --kubeconfig`. */
  readonly kubeconfig: string;
  /** Stops every pod and process, and removes networks, mounts and files. */
  readonly stop: () => Promise<void>;
}

const readyLimit = '120s';

/**
 * Start a Kubernetes cluster of one node on this machine, with the images of this checkout, and return when the node is
 * ready.
 *
 * Pods run in containerd, reach services and resolve names; claims of volumes are bound. There is one cluster at a
 * time. It first removes what an earlier, killed cluster left. Linux, and root, are needed; what else is, is installed
 * or built when missing. Throws an error that names what is missing.
 */
export async function startCluster(env: NodeJS.ProcessEnv = process.env): Promise<Cluster> {
  await provideClusterParts(env);
  const archive = await clusterImages(env);
  const home = join(cacheDir(env), 'cluster');
  const undo = undoList();
  try {
    const { kubeconfig } = await step('Starting the cluster', () => start(home, archive, undo));
    return { kubeconfig, stop: undo.run };
  } catch (error) {
    await undo.run().catch(() => undefined);
    throw error;
  }
}

async function start(home: string, archive: string, undo: UndoList): Promise<ApiServer> {
  await stopStaleServer(pidFile(home), home);
  if (existsSync(home)) await removeLeftovers(home);
  else await refuseSecondProxy();
  await mkdir(home, { recursive: true });
  undo.add(() => removeLeftovers(home));
  await changeSysctls(home);
  await makeNetwork();
  const server = await startApiServer({ address: addresses.gateway, settings: apiServerSettings });
  undo.add(server.stop);
  const [controllers, scheduler] = await Promise.all([
    startControllers(server),
    startScheduler(server),
  ]);
  undo.add(() => Promise.all([controllers.stop(), scheduler.stop()]));
  const [proxy, dns] = await Promise.all([startProxy(home, server), startDns(home, server)]);
  undo.add(() => Promise.all([proxy.stop(), dns.stop()]));
  await startNode(home, archive, { server, undo });
  return server;
}

const apiServerSettings = {
  'endpoint-reconciler-type': 'lease',
  'service-cluster-ip-range': addresses.services,
  'kubelet-preferred-address-types': 'Hostname',
};

async function startNode(
  home: string,
  archive: string,
  { server, undo }: { readonly server: ApiServer; readonly undo: UndoList },
): Promise<void> {
  const { kubeconfig } = server;
  const containerd = await startContainerd(home, images.pause);
  undo.add(containerd.stop);
  await rememberServer(pidFile(home), containerd.pid);
  await containerd.load(archive);
  const kubelet = await startKubelet({ home, kubeconfig, socket: containerd.socket });
  undo.add(kubelet.stop);
  const manifests = join(home, 'storage.json');
  const items = await storage(home);
  await writeFile(manifests, JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  await kubectl(kubeconfig, 'apply', '--filename', manifests);
  const until = (condition: string, what: string) =>
    kubectl(kubeconfig, 'wait', `--for=${condition}`, `--timeout=${readyLimit}`, what);
  await until('create', 'serviceaccount/default'); // no pod is taken without
  await until('create', `node/${addresses.node}`);
  await until('condition=Ready', `node/${addresses.node}`);
}

/** Resources that a cluster leaves after its processes end. */
async function removeLeftovers(home: string): Promise<void> {
  await endContainers(home);
  await unmountBelow(home);
  await removeProxyRules();
  await removeNetwork();
  await removeCgroup('k8s.io');
  await removeLogLinks(home);
  await restoreSysctls(home);
  await rm(home, { recursive: true, force: true });
}

function pidFile(home: string): string {
  return join(home, 'containerd.pid');
}
