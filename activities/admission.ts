import { Refusal } from '../core/refusal.ts';

/** What an activity is about to talk to, and for whom. */
export interface Place {
  /** Where the server is: every policy that reaches it in the same way says the same. */
  readonly server: string;
  /** The server, for people. */
  readonly label: string;
  /** Namespace of the policy. */
  readonly namespace: string;
}

/** Decides which activities of a worker may talk to PostgreSQL servers at the same time. */
export interface Admission {
  /** Runs the work now, or throws `ServerBusy` at once: nobody waits here, because Temporal keeps what is to be done. */
  readonly run: <T>(place: Place, work: () => Promise<T>) => Promise<T>;
}

/**
 * Admits at most `slots` at a time. Whoever holds as many as are free gets no more, be it a server or a namespace: one
 * alone gets half, two get a third each, and a newcomer always finds one. On one server the same holds for the namespaces
 * that share its half.
 *
 * Source: A. Choudhury, E. Hahne, "Dynamic queue length thresholds for shared-memory packet switches" (1998).
 */
export function admission(slots: number): Admission {
  const servers = counts();
  const namespaces = counts();
  const pairs = counts();
  let used = 0;
  const refusalOf = ({ server, label, namespace }: Place): Refusal | undefined => {
    const free = slots - used;
    if (free === 0) return busy('activities of this worker', label);
    const onServer = servers.of(server);
    const freeOnServer = Math.min(free, Math.ceil(slots / 2)) - onServer;
    const isServerFull = onServer >= free || pairs.of(pairOf(server, namespace)) >= freeOnServer;
    if (isServerFull) return busy(`activities for server ${label}`, label);
    const isNamespaceFull = namespaces.of(namespace) >= free;
    return isNamespaceFull ? busy(`activities of namespace ${namespace}`, label) : undefined;
  };
  const add = ({ server, namespace }: Place, by: 1 | -1) => {
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

/** How often each key is there. A key that is not there any more takes no memory. */
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
  'It is tried again by itself. If it lasts, find out which server answers slowly, or raise worker.replicas.';

function busy(what: string, label: string): Refusal {
  const message = `server ${label} is not asked now: too many ${what} wait for an answer`;
  return new Refusal('ServerBusy', message, hint);
}
