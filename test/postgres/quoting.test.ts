import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { invisible } from '../../core/control-characters.ts';
import { quoteIdentifier, quoteLiteral } from '../../core/sql.ts';
import { visibleSql } from '../../core/visible-sql.ts';
import type { Rig } from './rig.ts';
import { openRig, someMajors } from './rig.ts';

/** Any characters that PostgreSQL can store, often those with a meaning in SQL. */
const character = fc.oneof(
  fc.constantFrom('\\', "'", '"', '$', '\n', ';', '-', 'E', 'u', '0', 'é', '🐘'),
  fc.constantFrom(
    '\u001b',
    '\r',
    '\t',
    '\u0085',
    '\u009b',
    '\u200b',
    '\u2028',
    '\u202e',
    '\u{e0041}',
  ),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
);
const text = fc.string({ unit: character }).filter((made) => !/[\0\p{Surrogate}]/u.test(made));
/** As it is sent, and as people see it. */
const forms = [
  ['as it is sent', (sql: string) => sql],
  ['as it is shown', visibleSql],
] as const;

const texts = fc.array(text, { minLength: 20, maxLength: 20 });

describe.each(someMajors)('on PostgreSQL %d', (major) => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await openRig(major);
  });
  afterAll(() => rig.close());

  test.each(
    forms.flatMap(([form, shown]) => ['on', 'off'].map((setting) => ({ form, setting, shown }))),
  )(
    'any text is read back as it was quoted, $form, with standard_conforming_strings $setting',
    async ({ setting, shown }) => {
      await rig.sql(`SET standard_conforming_strings = ${setting}; SET backslash_quote = off`);
      await fc.assert(
        fc.asyncProperty(texts, async (values) => {
          const columns = values.map(
            (value, index) => `${quoteLiteral(value)} AS c${String(index)}`,
          );
          const sql = shown(`SELECT ${columns.join(', ')}`);
          expect(invisible.test(sql)).toBe(shown !== visibleSql && invisible.test(values.join('')));
          const { rows } = await rig.sql(sql);
          expect(Object.values(rows[0] as Record<string, string>)).toEqual(values);
        }),
      );
    },
  );

  test.each(
    forms.flatMap(([form, shown]) => ['on', 'off'].map((setting) => ({ form, setting, shown }))),
  )(
    'any name of up to 63 bytes is read back as it was quoted, $form, with standard_conforming_strings $setting',
    async ({ setting, shown }) => {
      await rig.sql(`SET standard_conforming_strings = ${setting}`);
      const names = texts.map((values) =>
        values.filter((made) => made !== '' && Buffer.byteLength(made) <= 60),
      );
      await fc.assert(
        fc.asyncProperty(names, async (values) => {
          const columns = values.map(
            (name, index) => `1 AS ${quoteIdentifier(`${String(index)}${name}`)}`,
          );
          const sql = shown(`SELECT ${columns.join(', ')}`);
          expect(invisible.test(sql)).toBe(shown !== visibleSql && invisible.test(values.join('')));
          const { fields } = await rig.sql(sql);
          expect(fields.map(({ name }) => name)).toEqual(
            values.map((name, index) => `${String(index)}${name}`),
          );
        }),
      );
    },
  );
});
