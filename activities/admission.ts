import { Refusal } from '../core/refusal.ts';

/** The server an activity wants to use, and the namespace it works for. */
export interface ServerUse {
  /** Address of the server. Policies that connect to the same server have the same value. */
  readonly server: string;
  /** Name of the server for messages. */
  readonly label: string;
  /** Namespace of the policy. */
  readonly namespace: string;
}

/** Limits how many activities of a worker use PostgreSQL servers at the same time. */
export interface Admission {
  /** Runs the work now, or throws `ServerBusy` at once. It never waits, because Temporal retries the activity. */
  readonly run: <T>(place: ServerUse, work: () => Promise<T>) => Promise<T>;
}

/**
 * Admits at most `slots` activities at a time. A server or namespace that already holds as many slots as are free gets
 * no more. One alone gets half of the slots, two get a third each, and a newcomer always finds a free one. The
 * namespaces that use one server share its half in the same way.
 *
 * Source: A. Choudhury, E. Hahne, "Dynamic queue length thresholds for shared-memory packet switches" (1998).
 */
export function admission(slots: number): Admission {
  const servers = counts();
  const namespaces = counts();
  const pairs = counts();
  let used = 0;
  const refusalOf = ({ server, label, namespace }: ServerUse): Refusal | undefined => {
    const free = slots - used;
    if (free === 0) return busy('activities of this worker', label);
    const onServer = servers.of(server);
    const freeOnServer = Math.min(free, Math.ceil(slots / 2)) - onServer;
    const isServerFull = onServer >= free || pairs.of(pairOf(server, namespace)) >= freeOnServer;
    if (isServerFull) return busy(`activities for server ${label}`, label);
    const isNamespaceFull = namespaces.of(namespace) >= free;
    return isNamespaceFull ? busy(`activities of namespace ${namespace}`, label) : undefined;
  };
  const add = ({ server, namespace }: ServerUse, by: 1 | -1) => {
    used += by;
    servers.add(server, by);
    namespaces.add(namespace, by);
    pairs.add(pairOf(server, namespace), by);
  };
  return {
    async run(place, work) {
      const refusal = refusalOf(place);
      if (refusal !== undefined) throw refusal;
      add(place, 1);
      try {
        return await work();
      } finally {
        add(place, -1);
      }
    },
  };
}

/** Counts per key. A key with count 0 is removed, so that it takes no memory. */
function counts() {
  const numbers = new Map<string, number>();
  const of = (key: string) => numbers.get(key) ?? 0;
  return {
    of,
    add(key: string, by: number) {
      const number = of(key) + by;
      if (number === 0) numbers.delete(key);
      else numbers.set(key, number);
    },
  };
}

function pairOf(server: string, namespace: string): string {
  return `${namespace}/${server}`;
}

const hint =
  'pgwarden retries automatically. If this persists, find the server that responds slowly, or raise worker.replicas.';

function busy(what: string, label: string): Refusal {
  const message = `server ${label} is not contacted now: too many ${what} are waiting for a response`;
  return new Refusal('ServerBusy', message, hint);
}
