import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { DirectorySource } from '../../sources/directory/source.ts';
import { directorySource } from '../../sources/directory/source.ts';

/** Real files for one test. Call `remove` afterwards. */
export interface TestDirectory {
  readonly path: string;
  readonly state: string;
  readonly source: DirectorySource;
  /** Another process's view of the same places. */
  readonly reopen: () => DirectorySource;
  readonly write: (name: string, text: string) => Promise<void>;
  /** As careful editors save: a new file gets the old one's name. */
  readonly replace: (name: string, text: string) => Promise<void>;
  readonly remove: () => Promise<void>;
}

export async function testDirectory(): Promise<TestDirectory> {
  const root = await mkdtemp(join(tmpdir(), 'pgwarden-sources-'));
  const path = join(root, 'policies');
  const state = join(root, 'state');
  await mkdir(path);
  const reopen = () => directorySource({ directory: path, stateDirectory: state });
  const write = async (name: string, text: string) => {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), text);
  };
  return {
    path,
    state,
    source: reopen(),
    reopen,
    write,
    async replace(name, text) {
      await write(`.${name}.new`, text);
      await rename(join(path, `.${name}.new`), join(path, name));
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

/** A policy named `name`, with further lines of its spec. */
export function policyYaml(name: string, spec = ''): string {
  return `apiVersion: pgroles.io/v1alpha1
kind: PostgresPolicy
metadata: { name: ${name}, namespace: shop }
spec:
  connection: { secretRef: { name: database } }
${spec}`;
}

export function secretYaml(name: string, entries: Readonly<Record<string, string>>): string {
  return `apiVersion: v1
kind: Secret
metadata: { name: ${name}, namespace: shop }
stringData: ${JSON.stringify(entries)}
`;
}

export function shop(name: string) {
  return { namespace: 'shop', name };
}

/** A policy for which a status is written. Files do not store the version. */
export function handle(ref: { readonly namespace: string; readonly name: string }) {
  return { ref, version: '1' };
}
