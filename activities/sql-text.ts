import type { Statement } from '../core/statement.ts';
import { type ScriptServer, connectTo, redactedSql } from '../postgres/render-sql.ts';

const limit = 16 * 1024;
const marker = '-- truncated for status --\n';

/**
 * SQL for a status: without passwords, at most 16 KiB, truncated after a whole line with a marker. `before` is the SQL
 * of steps that were committed earlier.
 */
export function statusSql(
  statements: readonly Statement[],
  server: ScriptServer,
  before = '',
): string {
  if (before.endsWith(marker)) return before;
  const isElsewhere = statements.at(-1)?.ahead?.database !== undefined;
  const back = isElsewhere ? connectTo(server.database) : '';
  return cut(`${before}${redactedSql(statements, server)}${back}`);
}

export function cut(sql: string): string {
  const bytes = Buffer.from(sql);
  if (bytes.length <= limit) return sql;
  const room = bytes.subarray(0, limit - marker.length);
  const lastLine = room.lastIndexOf('\n');
  return `${room.subarray(0, lastLine + 1).toString()}${marker}`;
}
