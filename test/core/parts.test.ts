import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { finished, forEachInParts, groupedInParts, sortedInParts } from '../../core/parts.ts';
import { grouped } from '../../core/grouped.ts';

test('sorting in parts gives what sorting at once gives, and keeps equal items in order', () => {
  const item = fc.record({ key: fc.integer({ min: 0, max: 50 }), place: fc.nat() });
  const items = fc.oneof(
    fc.array(item),
    fc.array(item, { minLength: 10 }).map((some) =>
      Array.from({ length: 9_001 }, (_, index) => ({
        key: some[index % some.length]?.key ?? 0,
        place: index,
      })),
    ),
  );
  const compare = (left: { key: number }, right: { key: number }) => left.key - right.key;
  fc.assert(
    fc.property(items, (some) => {
      expect(finished(sortedInParts(some, compare))).toEqual(some.toSorted(compare));
    }),
  );
});

test('grouping in parts gives what grouping at once gives', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 1 })), (texts) => {
      const keyOf = (text: string): string => text.toLowerCase();
      expect(finished(groupedInParts(texts, keyOf))).toEqual(grouped(texts, keyOf));
    }),
  );
});

test('work on many items pauses after every hundred of them', () => {
  const seen: number[] = [];
  const items = Array.from({ length: 250 }, (_, index) => index);
  const work = forEachInParts(items, (item) => seen.push(item));
  work.next();
  expect(seen).toHaveLength(100);
  work.next();
  expect(seen).toHaveLength(200);
  expect(work.next().done).toBe(true);
  expect(seen).toEqual(items);
});
