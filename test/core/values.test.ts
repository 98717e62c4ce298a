import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { identifier } from '../../core/manifest/identifier.ts';
import { instant } from '../../core/manifest/instant.ts';
import { interval } from '../../core/manifest/interval.ts';
import { pathText } from '../../core/problem.ts';
import { quoteIdentifier, quoteLiteral } from '../../core/sql.ts';

describe('an interval', () => {
  test.each([
    ['30s', 30],
    ['5m', 300],
    ['1h30m', 5400],
    ['2h', 7200],
    ['1m30', 90],
    ['90', 90],
    ['1h1h', 7200],
    ['1s', 1],
    ['0h0m1', 1],
    ['87600h', 315_360_000],
  ])('%j is %d seconds', (text, seconds) => {
    expect(interval.parse(text)).toBe(seconds);
  });

  test.each([
    '',
    '0',
    '0s',
    '0h0m0',
    '5 m',
    '-5m',
    '1.5h',
    'm',
    '5d',
    '5M',
    '٣m',
    '87601h',
    '9'.repeat(400),
    '5m\n',
  ])('%j is refused', (text) => {
    expect(interval.safeParse(text).success).toBe(false);
  });

  test('of hours, minutes and seconds is their sum', () => {
    const part = fc.nat(500);
    fc.assert(
      fc.property(part, part, fc.integer({ min: 1, max: 500 }), (hours, minutes, seconds) => {
        const text = `${String(hours)}h${String(minutes)}m${String(seconds)}s`;
        expect(interval.parse(text)).toBe(hours * 3600 + minutes * 60 + seconds);
      }),
    );
  });
});

describe('an instant', () => {
  test.each([
    '2030-06-30T22:00:00Z',
    '2030-07-01T00:00:00+02:00',
    '2030-06-30T16:30:00.000-05:30',
    '2030-06-30T22:00:00.0000000+00:00',
    '2030-07-01T12:00:00+14:00',
  ])('%s is the same as its other spellings', (text) => {
    expect(instant.parse(text)).toBe(Date.UTC(2030, 5, 30, 22));
  });

  test.each([
    '2030-06-30',
    '2030-06-30T22:00:00',
    '2030-06-30 22:00:00Z',
    '2030-06-31T22:00:00Z',
    '2025-02-29T00:00:00Z',
    '2030-13-01T00:00:00Z',
    '2030-06-30T24:00:00Z',
    '2030-06-30T22:00:60Z',
    '2030-06-30T22:00:00+15:00',
    '2030-06-30T22:00:00,5Z',
    '1969-12-31T23:59:59Z',
    '2025-12-31T00:00:0éZ',
    '2030-06-30T22:00:00Z\n',
    'infinity',
    '',
  ])('%j is refused', (text) => {
    expect(instant.safeParse(text).success).toBe(false);
  });

  test('that JavaScript prints is read back to the millisecond', () => {
    const days = fc.date({
      min: new Date(0),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(days, (date) => {
        expect(instant.parse(date.toISOString())).toBe(date.getTime());
      }),
    );
  });
});

describe('an identifier', () => {
  test('is any text of 1 to 63 bytes that PostgreSQL can store, kept as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const bytes = Buffer.byteLength(text);
        const storable =
          !/\p{Surrogate}/u.test(text) && !text.includes('\0') && bytes >= 1 && bytes <= 63;
        const result = identifier.safeParse(text);
        expect(result.success).toBe(storable);
        if (result.success) expect(result.data).toBe(text);
      }),
    );
  });
});

describe('quoting', () => {
  test('an identifier is in double quotes, its own doubled', () => {
    expect(quoteIdentifier('a"; DROP ROLE b; --')).toBe('"a""; DROP ROLE b; --"');
  });

  test('a literal with a backslash means the same whatever standard_conforming_strings is', () => {
    expect(quoteLiteral("it's")).toBe("'it''s'");
    expect(quoteLiteral("C:\\x'")).toBe("E'C:\\\\x'''");
  });

  test('an identifier ends only at its last character: no prefix of it is an identifier', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('"', "'", '\\', 'a', 'é') }), (text) => {
        const inner = quoteIdentifier(text).slice(1, -1);
        expect(inner.replaceAll('""', '')).not.toContain('"');
        expect(inner.replaceAll('""', '"')).toBe(text);
      }),
    );
  });

  test.each([quoteIdentifier, quoteLiteral])('NUL is refused by %p', (quote) => {
    expect(() => quote('a\0b')).toThrow(TypeError);
  });
});

describe('a path', () => {
  test.each([
    [[], ''],
    [['spec', 'roles', 2, 'login'], 'spec.roles[2].login'],
    [['profiles', 'read only', 'grants', 0], 'profiles["read only"].grants[0]'],
    [[0, 'a-b'], '[0].a-b'],
  ])('%j is written %s', (path, text) => {
    expect(pathText(path)).toBe(text);
  });
});
