import { setTimeout as sleep } from 'node:timers/promises';
import { Pool, TimeoutError } from 'tarn';
import { Refusal } from '../core/refusal.ts';
import { acquired } from './acquired.ts';
import { classifyError, refusalAbout } from './classify.ts';
import type { Connection } from './connect.ts';
import type { ConnectionTarget } from '../core/connection/target.ts';
import { connectToAny } from './hosts.ts';
import { roomTimeoutMs, type Place, type ServerRoom } from './server-room.ts';

/** A slot for a connection. Its holder may use the connection, and opens one if there is none. */
interface Slot {
  connection: Connection | undefined;
  /** Its room on the server. */
  place: Place | undefined;
}

/** A few connections to one database, shared by all activities that use it. */
export interface ConnectionPool {
  /** Waits for a free slot. Throws Refusal. */
  take(signal?: AbortSignal): Promise<Slot>;
  /** The connection in the slot, or a new one. Throws a Refusal that concerns only this attempt. */
  connect(slot: Slot, signal?: AbortSignal): Promise<Connection>;
  giveBack(slot: Slot): void;
  /** Closes idle connections: after a failover, they lead to the wrong server. */
  closeIdle(): void;
  /** Ends in limited time, whatever the server does. */
  close(): Promise<void>;
}

const idleTimeoutMs = 60_000;
const connectionsPerDatabase = 4;
const waitTimeoutMs = 30_000;
const closeTimeoutMs = 3_000;

/** Without a room, the number of connections to the server has no limit. */
export function connectionPool(target: ConnectionTarget, room?: ServerRoom): ConnectionPool {
  const closing = new AbortController();
  const all = new Set<Slot>();
  const used = new Set<Slot>();
  const pool = slotPool(all);
  return {
    async take(signal) {
      if (closing.signal.aborted) throw classifyError(closing.signal.reason, 'connect', target);
      const slot = await acquire(pool, target, signal);
      used.add(slot);
      slot.place?.resume();
      return slot;
    },
    async connect(slot, signal) {
      refuseControlCharacters(target);
      if (slot.connection?.isUsable() !== true) {
        if (room !== undefined) slot.place ??= await enter(room, target, signal);
        slot.connection = await connectToAny(target, closing.signal);
      }
      slot.connection.keepsProcess(true);
      return slot.connection;
    },
    giveBack(slot) {
      used.delete(slot);
      slot.connection?.keepsProcess(false);
      if (slot.connection?.isUsable() === true) {
        slot.place?.rest(() => {
          empty(slot);
        });
      } else empty(slot);
      pool.release(slot);
    },
    closeIdle() {
      for (const slot of all) if (!used.has(slot)) empty(slot);
    },
    async close() {
      closing.abort(new Error('pgwarden closed the connections'));
      const cutOff = setTimeout(() => {
        for (const { connection } of used) connection?.destroy();
      }, closeTimeoutMs);
      await pool.destroy();
      clearTimeout(cutOff);
    },
  };
}

/** Tracks the slots in the set. */
function slotPool(all: Set<Slot>): Pool<Slot> {
  return new Pool<Slot>({
    create: () => {
      const slot: Slot = { connection: undefined, place: undefined };
      all.add(slot);
      return Promise.resolve(slot);
    },
    destroy: (slot: Slot) => {
      all.delete(slot);
      empty(slot);
    },
    min: 0,
    max: connectionsPerDatabase,
    acquireTimeoutMillis: waitTimeoutMs,
    idleTimeoutMillis: idleTimeoutMs,
  });
}

/** A server that does not answer does not close its end of the socket either. */
const closedTimeoutMs = 2_000;

function empty(slot: Slot): void {
  const { connection, place } = slot;
  slot.connection = undefined;
  slot.place = undefined;
  connection?.close();
  if (place === undefined) return;
  const late = sleep(closedTimeoutMs, undefined, { ref: false });
  void Promise.race([connection?.closed, late]).then(place.leave);
}

async function enter(
  room: ServerRoom,
  target: ConnectionTarget,
  signal: AbortSignal | undefined,
): Promise<Place> {
  try {
    return await room.enter(signal);
  } catch (error) {
    if (error instanceof TimeoutError) throw noRoom(target, room.most);
    throw classifyError(signal?.aborted ? signal.reason : error, 'connect', target);
  }
}

async function acquire(
  pool: Pool<Slot>,
  target: ConnectionTarget,
  signal: AbortSignal | undefined,
): Promise<Slot> {
  try {
    return await acquired(pool, signal);
  } catch (error) {
    if (error instanceof TimeoutError) throw allBusy(target);
    throw classifyError(signal?.aborted ? signal.reason : error, 'connect', target);
  }
}

function allBusy(target: ConnectionTarget): Refusal {
  return refusalAbout(target, 'DatabaseTimeout', (server) => [
    `no connection to ${server} became free within ${String(waitTimeoutMs / 1_000)} s: all ${String(connectionsPerDatabase)} are in use`,
    'Find out why the server responds slowly. pgwarden retries automatically.',
  ]);
}

function noRoom(target: ConnectionTarget, most: number): Refusal {
  return refusalAbout(target, 'DatabaseTimeout', (server) => [
    `${server} got no connection within ${String(roomTimeoutMs / 1_000)} s: all ${String(most)} that this worker may have to the server are in use`,
    'Find out why the server responds slowly, or raise worker.connectionsPerServer. pgwarden retries automatically.',
  ]);
}

/**
 * Refuses names that the server would read differently. The startup packet ends each name with a zero byte, so a
 * database named `shop\0user\0postgres` would log in as postgres. Manifests and URLs are checked earlier; this is the
 * last check before the network, for every source of the target.
 */
function refuseControlCharacters(target: ConnectionTarget): void {
  const { database, user, role = '', host, otherHosts = [] } = target;
  const names = {
    host: [host, ...otherHosts.map((other) => other.host)],
    database: [database],
    user: [user],
    setRole: [role],
  };
  for (const [field, values] of Object.entries(names)) {
    if (values.some((value) => /\p{Cc}/u.test(value))) throw controlCharacter(field);
  }
}

function controlCharacter(field: string): Refusal {
  return new Refusal(
    'InvalidConnectionParams',
    `the ${field} of the connection contains a control character`,
    'Remove it. Often it is a line break at the end of a value in a Secret.',
  );
}
