import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readSignature } from '../../core/kinds/grant/types/function-signature.ts';

test.each([
  ['f', undefined],
  ['f()', []],
  ['f( )', []],
  ['f(int)', ['int']],
  ['f(INTEGER, Text)', ['integer', '"text"']],
  ['f(a integer, b text)', ['integer', '"text"']],
  ['f(IN a integer, OUT b text, INOUT c text)', ['integer', '"text"']],
  ['f(VARIADIC numbers integer[])', ['integer[]']],
  ['f(variadic "any")', ['"any"']],
  ["f(a int DEFAULT 3, b text = 'x')", ['int', '"text"']],
  ['f(double precision)', ['double precision']],
  ['f(x double precision)', ['double precision']],
  [
    'f(timestamp with time zone, time(3) without time zone)',
    ['timestamp with time zone', 'time(3) without time zone'],
  ],
  [
    'f(character varying(20), numeric(10,2), bit varying)',
    ['character varying', 'numeric', 'bit varying'],
  ],
  ['f(app."Mood", pg_catalog.int4[])', ['"app"."Mood"', '"pg_catalog"."int4"[]']],
  ['f(how "My ""Type""" [3][])', ['"My ""Type"""[]']],
  ['f(Größe)', ['"größe"']],
  ['f(select)', ['"select"']],
  ['f(interval day to second, interval(3))', ['interval day to second', 'interval']],
  ['f(float(24), float [])', ['float(24)', 'float[]']],
  ['f(a int array[3], text ARRAY)', ['int[]', '"text"[]']],
  ['f(IN OUT a int, VARIADIC rest text[])', ['int', '"text"[]']],
  ["f(a text = 'x, (y', b int := 3)", ['"text"', 'int']],
  ['"F (x"(int)', ['int']],
  ['"F (x"', undefined],
  // Texts that are no list of arguments are not interpreted.
  ['f(integer) TO evil WITH GRANT OPTION --)', undefined],
  ['f(integer', undefined],
  ['f(integer)) --)', undefined],
  ['f(text; DROP ROLE a)', undefined],
  ['f(a,,b)', undefined],
  ['f("open)', undefined],
  ['f(a b c d)', undefined],
])('%s', (text, types) => {
  expect(readSignature(text).arguments).toEqual(types);
});

test('a type consists only of words, quoted words and brackets, whatever is written', () => {
  const pieces = fc.constantFrom(
    'int',
    ' ',
    ',',
    '(',
    ')',
    '"',
    "'",
    '--',
    ';',
    '[',
    ']',
    'a',
    'x y',
    '.',
    'é',
    '\n',
    '/*',
    '$$',
    '\\',
    '3',
  );
  const safe = /^(?:[a-z][a-z ()\d]*|(?:"(?:[^"]|"")+"\.?)+)(?:\[\])?$/su;
  fc.assert(
    fc.property(
      fc.array(pieces).map((parts) => `f(${parts.join('')})`),
      (text) => {
        for (const type of readSignature(text).arguments ?? []) expect(type).toMatch(safe);
      },
    ),
    { numRuns: 2000 },
  );
});
