import { int16, int32, message, ready } from './fake-server.ts';

/** A result of one row: per column its name, the OID of its type and its text. */
export function resultOf(...columns: readonly (readonly [string, number, string])[]): Buffer {
  const described = columns.map(([name, type]) =>
    Buffer.concat([
      Buffer.from(`${name}\0`),
      int32(0),
      int16(0),
      int32(type),
      int16(-1),
      int32(-1),
      int16(0),
    ]),
  );
  const values = columns.map(([, , text]) => {
    const bytes = Buffer.from(text);
    return Buffer.concat([int32(bytes.length), bytes]);
  });
  const count = int16(columns.length);
  return Buffer.concat([
    message('T', Buffer.concat([count, ...described])),
    message('D', Buffer.concat([count, ...values])),
    message('C', 'SELECT 1\0'),
    ready,
  ]);
}

/** Types that node-postgres makes objects of, and what stays text here. */
export const bulkyTypes: readonly (readonly [string, number, string])[] = [
  ['json', 114, '[{},{}]'],
  ['jsonb', 3802, '{"a":{}}'],
  ['text[]', 1009, '{a,b}'],
  ['timestamp[]', 1115, '{"2020-01-01 00:00:00"}'],
  ['interval[]', 1187, '{1s,2s}'],
  ['timestamptz', 1184, '2020-01-01 00:00:00+00'],
  ['interval', 1186, '1 year'],
  ['point', 600, '(1,2)'],
  ['bytea', 17, '\\x00ff'],
];
