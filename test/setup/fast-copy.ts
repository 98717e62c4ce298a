import type { PostgresServer } from '../../embedded/postgres.ts';
import { rowsOf } from './rows.ts';

/**
 * The end of the fastest form of `CREATE DATABASE`: it copies files, including the cache that the first session of a
 * database writes and later ones read.
 */
export async function fastCopy({ url, major }: PostgresServer): Promise<string> {
  const template = new URL(url);
  template.pathname = '/template1';
  await rowsOf(template.href, 'SELECT 1');
  return major >= 15 ? 'STRATEGY file_copy' : '';
}
