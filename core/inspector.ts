import type { Finding } from './finding.ts';
import type { Live } from './live.ts';
import type { CatalogQuery } from './catalog/catalog-query.ts';

/** What an inspector must know about other databases of the server. Its query runs there too. */
interface Elsewhere<Row> {
  /** The databases to inspect, given the rows of the policy's own. */
  databases(rows: readonly Row[], live: Live): readonly string[];
  /** The row that stands for a database that pgwarden cannot inspect. */
  unreadable(database: string, reason: string): Row;
}

/**
 * Reads one part of the catalog and reports what a person should know about it. A kind also changes it: see kind.ts.
 */
export interface Inspector<Row = unknown> {
  /** The name that its rows have under `kind`. */
  readonly name: string;
  readonly inspect?: CatalogQuery;
  /** Its rows are followed by those of other databases. */
  readonly elsewhere?: Elsewhere<Row>;
  /** Other inspectors whose rows this one reads too. */
  readonly reads?: readonly string[];
  /** Checks the shape of one row. Throws ZodError when the server returned something unknown. */
  decode(row: unknown): Row;
  /** What a person should know about the rows although the policy does not change it. */
  findings?(rows: readonly Row[], live: Live): readonly Finding[];
}
