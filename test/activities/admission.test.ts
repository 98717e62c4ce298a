import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { admission, type Admission } from '../../activities/admission.ts';
import { Refusal } from '../../core/refusal.ts';

/** Work that runs until it is ended, like work on a silent server. */
function occupancy(slots: Admission) {
  const ends: (() => void)[] = [];
  const isAdmitted = async (server: string, namespace: string) => {
    let hasBegun = false;
    const ended = slots.run({ server, label: server, namespace }, async () => {
      hasBegun = true;
      await new Promise<void>((resolve) => ends.push(resolve));
    });
    ended.catch(() => undefined);
    await Promise.resolve();
    return hasBegun;
  };
  return {
    isAdmitted,
    /** The number of admitted attempts out of the largest possible number. */
    async fill(server: () => string, namespace: string) {
      let admitted = 0;
      while (await isAdmitted(server(), namespace)) admitted += 1;
      return admitted;
    },
    async endAll() {
      for (const end of ends.splice(0)) end();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

const other = (() => {
  let number = 0;
  return () => `server-${(number += 1)}`;
})();

test('one namespace on one silent server gets a quarter of all slots, and half on many servers', async () => {
  expect(await occupancy(admission(40)).fill(() => 'one', 'a')).toBe(10);
  expect(await occupancy(admission(40)).fill(other, 'a')).toBe(20);
});

test('a refused slot is free at once for another namespace, on another server and on the same', async () => {
  const slots = occupancy(admission(40));
  await slots.fill(() => 'one', 'a');
  expect(await slots.isAdmitted('one', 'b')).toBe(true);
  expect(await slots.isAdmitted('two', 'b')).toBe(true);
  expect(await slots.isAdmitted('two', 'a')).toBe(true);
});

test('an attempt that has ended frees its slot', async () => {
  const slots = occupancy(admission(8));
  expect(await slots.fill(other, 'a')).toBe(4);
  await slots.endAll();
  expect(await slots.fill(other, 'a')).toBe(4);
});

test('a newcomer on a new server finds a slot, however many slots another namespace takes', async () => {
  const taker = fc.record({ server: fc.nat(12), namespace: fc.nat(12) });
  await fc.assert(
    fc.asyncProperty(fc.array(taker, { maxLength: 400 }), async (takers) => {
      const slots = occupancy(admission(40));
      for (const { server, namespace } of takers)
        await slots.isAdmitted(`s${server}`, `n${namespace}`);
      expect(await slots.isAdmitted('newcomer', 'newcomer')).toBe(true);
    }),
  );
});

test('the refusal names the server, and is retried soon', async () => {
  const slots = admission(1);
  const place = { server: 'db:5432', label: 'db:5432', namespace: 'a' };
  let end = (): void => undefined;
  const first = slots.run(place, () => new Promise<void>((resolve) => (end = resolve)));
  const refusal: unknown = await slots.run(place, () => Promise.resolve()).catch((e: unknown) => e);
  expect(refusal).toBeInstanceOf(Refusal);
  expect(refusal).toMatchObject({ code: 'ServerBusy' });
  expect(String(refusal)).toContain('server db:5432 is not contacted now');
  end();
  await first;
});
