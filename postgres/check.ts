import type { RoleGraph } from '../core/graph.ts';
import { scopeOf } from '../core/inspection.ts';
import { lastOf, runBatch } from './batch.ts';
import { classifyError } from './classify.ts';
import type { CheckResult } from './contract.ts';
import { cleanSettings, fingerprintQuery, readFingerprint } from './inspect.ts';
import type { Database } from './pool.ts';

const timeouts = "SET LOCAL statement_timeout = '30s'; SET LOCAL lock_timeout = '5s'";

/**
 * The fingerprint of everything a graph speaks of. One round trip on a pooled connection, whatever the catalog's size.
 * Throws Refusal.
 */
export async function checkDatabase(database: Database, graph: RoleGraph): Promise<CheckResult> {
  return database.use(async (session) => {
    try {
      const query = fingerprintQuery(session, scopeOf(graph));
      const begin = ['BEGIN TRANSACTION READ ONLY', timeouts, cleanSettings];
      const results = await runBatch(session.client, [...begin, query, 'COMMIT']);
      return readFingerprint(lastOf(results.slice(0, -1)), database);
    } catch (error) {
      throw classifyError(error, 'inspect', database.target);
    }
  });
}
