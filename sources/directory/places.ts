import { join } from 'node:path';
import { Refusal } from '../../core/refusal.ts';
import type { DirectoryPlaces } from './source.ts';

/**
 * The directories that `PGWARDEN_POLICIES` and `PGWARDEN_STATE` name. All processes of one directory must use the same
 * state directory, so this is the only default: `.pgwarden` inside the directory.
 * Throws Refusal `Usage`.
 */
export function directoryPlaces(
  environment: Readonly<Record<string, string | undefined>>,
): DirectoryPlaces {
  const { PGWARDEN_POLICIES: directory = '', PGWARDEN_STATE: state = '' } = environment;
  if (directory === '') {
    const hint = 'Set it to the directory with the policies.';
    throw new Refusal('Usage', 'PGWARDEN_POLICIES is not set', hint);
  }
  return { directory, stateDirectory: state === '' ? join(directory, '.pgwarden') : state };
}
