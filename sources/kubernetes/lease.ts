import { z } from 'zod';
import type { ResourceRef } from '../../core/document/document.ts';
import type { Refusal } from '../../core/refusal.ts';
import { refText } from '../resource-name.ts';
import { hasCode, isNotFound } from './api/api-error.ts';
import type { ApiClient } from './api/client.ts';
import { paths } from './paths.ts';
import { apiTrouble } from './trouble.ts';

export interface LeaseOptions {
  readonly client: ApiClient;
  readonly ref: ResourceRef;
  /** Unique for this process. */
  readonly identity: string;
  /** How long a silent holder keeps the Lease. */
  readonly durationMs: number;
  readonly onTrouble: (trouble: Refusal) => void;
}

/** A Lease (coordination.k8s.io), which one process holds at a time. */
export interface Lease {
  /** Acquires or renews the Lease. False while another process holds it. Throws Refusal if the API server fails. */
  readonly hold: () => Promise<boolean>;
  /** Releases the Lease, so that others need not wait until it expires. */
  readonly release: () => Promise<void>;
}

const leaseSchema = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  spec: z
    .object({
      holderIdentity: z.string().optional(),
      acquireTime: z.string().optional(),
      renewTime: z.string().optional(),
      leaseTransitions: z.int().optional(),
    })
    .default({}),
});

type Stored = z.infer<typeof leaseSchema>;

/**
 * Does not trust the clocks of other machines: a Lease has expired when this process has seen it unchanged for its
 * duration.
 */
export function lease(options: LeaseOptions): Lease {
  const { client, ref, identity, durationMs } = options;
  const path = paths.leases(ref.namespace, ref.name);
  let seen: { readonly version: string; readonly at: number } | undefined;
  const isOver = ({ metadata: { resourceVersion: version }, spec }: Stored) => {
    if (seen?.version !== version) seen = { version, at: performance.now() };
    return (spec.holderIdentity ?? '') === '' || performance.now() - seen.at > durationMs;
  };
  const write = (stored: Stored, holder: string) =>
    client.replace(path, leaseFor(options, stored, holder));
  return {
    hold: () =>
      asked(ref, async () => {
        const stored = await readLease(client, path);
        if (stored === undefined)
          await client.create(paths.leases(ref.namespace), newLease(options));
        else if (stored.spec.holderIdentity === identity || isOver(stored))
          await write(stored, identity);
        else return false;
        return true;
      }),
    async release() {
      await asked(ref, async () => {
        const stored = await readLease(client, path);
        if (stored?.spec.holderIdentity === identity) await write(stored, '');
        return true;
      });
    },
  };
}

/** Another process was faster: 409. */
async function asked(ref: ResourceRef, ask: () => Promise<boolean>): Promise<boolean> {
  try {
    return await ask();
  } catch (error) {
    if (hasCode(error, 409)) return false;
    throw apiTrouble(`hold Lease ${refText(ref)}`, error);
  }
}

async function readLease(client: ApiClient, path: string): Promise<Stored | undefined> {
  try {
    return leaseSchema.parse(await client.get(path));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function leaseFor(
  { ref, durationMs }: LeaseOptions,
  { metadata: { resourceVersion }, spec }: Stored,
  holder: string,
): object {
  const now = `${new Date().toISOString().slice(0, -1)}000Z`;
  const isNew = spec.holderIdentity !== holder;
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { ...ref, ...(resourceVersion === '' ? {} : { resourceVersion }) },
    spec: {
      holderIdentity: holder,
      leaseDurationSeconds: Math.max(1, Math.round(durationMs / 1_000)),
      renewTime: now,
      acquireTime: isNew ? now : spec.acquireTime,
      leaseTransitions: (spec.leaseTransitions ?? 0) + (isNew && holder !== '' ? 1 : 0),
    },
  };
}

function newLease(options: LeaseOptions): object {
  const none: Stored = { metadata: { resourceVersion: '' }, spec: {} };
  return leaseFor(options, none, options.identity);
}
