import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { quoteIdentifier, quoteLiteral } from '../../core/sql.ts';
import type { Rig } from './rig.ts';
import { openRig, someMajors } from './rig.ts';

/** Any characters PostgreSQL can store, those that mean something in SQL often among them. */
const character = fc.oneof(
  fc.constantFrom('\\', "'", '"', '$', '\n', ';', '-', 'E', 'u', '0', 'é', '🐘'),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
);
const text = fc.string({ unit: character }).filter((made) => !/[\0\p{Surrogate}]/u.test(made));
const texts = fc.array(text, { minLength: 20, maxLength: 20 });

describe.each(someMajors)('on PostgreSQL %d', (major) => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await openRig(major);
  });
  afterAll(() => rig.close());

  test.each(['on', 'off'])(
    'any text is read back as it was quoted, with standard_conforming_strings %s',
    async (setting) => {
      await rig.sql(`SET standard_conforming_strings = ${setting}; SET backslash_quote = off`);
      await fc.assert(
        fc.asyncProperty(texts, async (values) => {
          const columns = values.map(
            (value, index) => `${quoteLiteral(value)} AS c${String(index)}`,
          );
          const { rows } = await rig.sql(`SELECT ${columns.join(', ')}`);
          expect(Object.values(rows[0] as Record<string, string>)).toEqual(values);
        }),
      );
    },
  );

  test('any name of up to 63 bytes is read back as it was quoted', async () => {
    const names = texts.map((values) =>
      values.filter((made) => made !== '' && Buffer.byteLength(made) <= 60),
    );
    await fc.assert(
      fc.asyncProperty(names, async (values) => {
        const columns = values.map(
          (name, index) => `1 AS ${quoteIdentifier(`${String(index)}${name}`)}`,
        );
        const { fields } = await rig.sql(`SELECT ${columns.join(', ')}`);
        expect(fields.map(({ name }) => name)).toEqual(
          values.map((name, index) => `${String(index)}${name}`),
        );
      }),
    );
  });
});
