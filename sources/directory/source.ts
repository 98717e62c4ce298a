import { randomBytes } from 'node:crypto';
import { isAbsent } from './file-signature.ts';
import { realpath, readFile } from 'node:fs/promises';
import { resolve, join } from 'node:path';
import type { Refusal } from '../../core/refusal.ts';
import { contentVersions } from '../content-version.ts';
import type { PolicySource } from '../source.ts';
import { directoryCatalog } from './catalog.ts';
import { appendEvent } from './event-log.ts';
import { generatedSecrets } from './generated-secrets.ts';
import { takeInventory } from './inventory.ts';
import { allPolicies, findPolicy, policiesUsing } from './policies.ts';
import { createSecret, findSecret, hiddenSecrets } from './secrets.ts';
import { stateFolder, type StateFolder } from './state-folder.ts';
import { statusFiles } from './status-files.ts';
import { watchInventory } from './watch.ts';

export interface DirectoryPlaces {
  /** Where the YAML files are, at any depth. */
  readonly directory: string;
  /** Where pgwarden writes status, events and generated Secrets. It may be inside `directory`. */
  readonly stateDirectory: string;
}

export interface DirectorySource extends PolicySource {
  /** Problems in the directory that belong to no policy's status. */
  problems(): Promise<readonly Refusal[]>;
}

/**
 * Policies and Secrets in YAML files on one machine, without Kubernetes.
 *
 * Several processes may use the same directories at once. Only the state directory is written to.
 */
export function directorySource({ directory, stateDirectory }: DirectoryPlaces): DirectorySource {
  const state = stateFolder(stateDirectory);
  const statuses = statusFiles(state);
  const catalog = directoryCatalog(directory, () => realPath(stateDirectory));
  const versionOf = contentVersions(() => versionKey(state));
  const secrets = { catalog, versionOf, generated: generatedSecrets(state, versionOf) };
  return {
    async readPolicy(ref) {
      const entry = await findPolicy(catalog, ref);
      if (entry === undefined) return undefined;
      const { version, content } = entry;
      return { ref, version, content, status: await statuses.read(ref) };
    },
    listPolicies: async () => (await allPolicies(catalog)).map(({ ref }) => ref),
    async *statuses() {
      for (const { ref } of await allPolicies(catalog)) {
        yield { ref, status: await statuses.read(ref) };
      }
    },
    readSecret: (ref) => findSecret(secrets, ref),
    createSecret: (ref, owner, data) => createSecret(secrets, ref, owner.ref, data),
    // A policy with deletion_policy Revoke is refused: see entry.ts.
    keep: () => Promise.resolve(),
    writeStatus: async ({ ref }, change) => statuses.write(ref, change(await statuses.read(ref))),
    missingRights: () => Promise.resolve(undefined),
    recordEvent: ({ ref }, event) => appendEvent(state, ref, event),
    policiesUsing: (secret) => policiesUsing(catalog, secret),
    watch: (onChange, signal) => watchInventory(() => takeInventory(secrets), onChange, signal),
    async problems() {
      const { problems } = await catalog.scan();
      return [...problems, ...(await hiddenSecrets(secrets))];
    },
  };
}

/** The real path; the path itself while it does not exist. */
async function realPath(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}

const keyFile = 'version-key';

/** The key for versions of Secrets: random, created once, in a folder whose readers could read the passwords anyway. */
async function versionKey(state: StateFolder): Promise<string> {
  const path = join(state.path, keyFile);
  const known = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isAbsent(error)) return undefined;
    throw error;
  });
  if (known !== undefined) return known;
  await state.create(keyFile, randomBytes(32).toString('hex'));
  return readFile(path, 'utf8'); // another process may have been first
}
