import { quoteIdentifier } from './sql.ts';

/** A column as rules name it: `"table"."column"`, unique for any characters in it. */
export function columnName(relation: string, column: string): string {
  return `${quoteIdentifier(relation)}.${quoteIdentifier(column)}`;
}

const nameParts = /^"((?:[^"]|"")*)"\."((?:[^"]|"")*)"$/s;

/** The parts of such a name, without quotes. */
export function readColumnName(name: string): {
  readonly relation: string;
  readonly column: string;
} {
  const [relation = '', column = ''] = (nameParts.exec(name)?.slice(1) ?? []).map((part) =>
    part.replaceAll('""', '"'),
  );
  return { relation, column };
}
