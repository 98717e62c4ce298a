/**
 * How node-postgres parses the values of a row. The server declares the type of a column, so a hostile server could
 * choose the parser: JSON or an array of 60 MB takes more memory than the process has. Small values of fixed length are
 * parsed here; everything else stays text until code that expects a type parses it.
 * Source: pg_type.dat.
 */
const parsers: ReadonlyMap<number, (text: string) => unknown> = new Map<
  number,
  (text: string) => unknown
>([
  [16, (text: string) => text === 't'],
  [21, Number],
  [23, Number],
]);

/** -2147483648 */
const longestScalar = 11;

export const rowTypes = {
  getTypeParser(oid: number) {
    const parse = parsers.get(oid);
    return (text: string): unknown =>
      parse === undefined || text.length > longestScalar ? text : parse(text);
  },
};
