import { Pool } from 'tarn';
import { acquired } from './acquired.ts';

/** Limits how many connections this process has to one server, whatever their databases and users. */
export interface ServerRoom {
  /** The limit. */
  readonly most: number;
  /**
   * Waits until there is room for one more connection, and closes an idle one if necessary. Throws TimeoutError of
   * tarn, or an error when the signal aborts.
   */
  enter(signal?: AbortSignal): Promise<Place>;
  /** Call it when all connections are closed. */
  close(): Promise<void>;
}

/** Room for one connection. */
export interface Place {
  /** The connection is idle. If another one needs the room, `close` must close the connection and leave the place. */
  rest(close: () => void): void;
  /** The connection is used again. */
  resume: () => void;
  /** The connection is closed. Call it once. */
  leave: () => void;
}

/** How long a connection waits for room. */
export const roomTimeoutMs = 30_000;

export function serverRoom(most: number): ServerRoom {
  /** How to close each idle connection. The one that has been idle for the longest time comes first. */
  const idle = new Map<object, () => void>();
  /** Connections that are being closed for others. Each of them makes room for one. */
  const closing = new Set<object>();
  const permits = new Pool<object>({
    create: () => Promise.resolve({}),
    destroy: () => undefined,
    ...{ min: 0, max: most, acquireTimeoutMillis: roomTimeoutMs },
  });
  const makeRoomIfFull = (): void => {
    const coming = permits.numPendingCreates();
    const isFull = permits.numUsed() + coming >= most;
    const isNeeded = permits.numPendingAcquires() > coming + closing.size;
    const [longest] = isFull && isNeeded ? idle : [];
    if (longest === undefined) return;
    const [permit, close] = longest;
    idle.delete(permit);
    closing.add(permit);
    close();
  };
  const placeOf = (permit: object): Place => ({
    rest(close) {
      idle.set(permit, close);
      makeRoomIfFull();
    },
    resume() {
      idle.delete(permit);
    },
    leave() {
      idle.delete(permit);
      closing.delete(permit);
      permits.release(permit);
    },
  });
  return {
    most,
    async enter(signal) {
      const waiting = acquired(permits, signal);
      makeRoomIfFull();
      return placeOf(await waiting);
    },
    async close() {
      await permits.destroy();
    },
  };
}
