import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { ResourceRef } from '../../core/document/document.ts';
import { Refusal } from '../../core/refusal.ts';
import { refText } from '../resource-name.ts';
import type { SecretRecord } from '../source.ts';
import type { ContentVersion } from '../content-version.ts';
import { keptFiles } from './kept-file.ts';
import { mapLimited } from '../../core/map-limited.ts';
import { resourcePath } from './resource-path.ts';
import type { StateFolder } from './state-folder.ts';
import type { Tree } from './tree.ts';
import { yamlTree } from './tree.ts';

/**
 * Secrets that policies generated: `secrets/<namespace>/<name>.yaml`, readable only by their user. To rotate a
 * password, delete its file. Files stay when their policy is deleted, because the password stays in the database.
 */
export interface GeneratedSecrets {
  /** Undefined if it does not exist. Throws Refusal `SecretFetchFailed` if its file is damaged. */
  read(ref: ResourceRef): Promise<SecretRecord | undefined>;
  /** False if a Secret with that name exists already, whichever policy owns it. */
  create(ref: ResourceRef, owner: ResourceRef, data: ReadonlyMap<string, string>): Promise<boolean>;
  list(): Promise<GeneratedList>;
}

interface GeneratedList extends Pick<Tree, 'folders'> {
  /** The Secrets in the files; damaged files are left out. */
  readonly secrets: readonly ResourceRef[];
}

const folder = 'secrets';
const filesAtOnce = 32;

export function generatedSecrets(state: StateFolder, version: ContentVersion): GeneratedSecrets {
  const root = join(state.path, folder);
  const readFile = keptFiles(decodeSecret);
  return {
    async read(ref) {
      const path = resourcePath(ref, 'yaml');
      const file = path === undefined ? undefined : await readFile(join(root, path));
      if (file === undefined) return undefined;
      return { version: await version(file.data), data: file.data, owner: file.owner };
    },
    create: async (ref, owner, data) => {
      const path = resourcePath(ref, 'yaml');
      if (path === undefined) throw notAName(ref);
      return state.create(join(folder, path), encodeSecret(ref, owner, data));
    },
    async list() {
      const { files, folders } = await yamlTree(root, '').catch(() => noFiles);
      const secrets = await mapLimited(files, filesAtOnce, (name) =>
        readFile(join(root, name)).catch(() => undefined),
      );
      return { folders, secrets: secrets.flatMap((secret) => secret?.ref ?? []) };
    },
  };
}

const noFiles: Pick<Tree, 'files' | 'folders'> = { files: [], folders: [] };

function notAName(ref: ResourceRef): Refusal {
  const message = `${refText(ref)} is not the name of a Secret`;
  return new Refusal('SecretFetchFailed', message, 'Set generate.secretName.');
}

const generatedSchema = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    ownerReferences: z.tuple([z.object({ name: z.string() })]),
  }),
  stringData: z.record(z.string(), z.string()),
});

interface GeneratedFile {
  readonly ref: ResourceRef;
  readonly owner: ResourceRef;
  readonly data: ReadonlyMap<string, Buffer>;
}

function encodeSecret(
  { namespace, name }: ResourceRef,
  owner: ResourceRef,
  data: ReadonlyMap<string, string>,
): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name,
      namespace,
      labels: { 'app.kubernetes.io/managed-by': 'pgwarden', 'pgroles.io/policy': owner.name },
      ownerReferences: [
        { apiVersion: 'pgroles.io/v1alpha1', kind: 'PostgresPolicy', name: owner.name },
      ],
    },
    type: 'Opaque',
    stringData: Object.fromEntries(data),
  });
}

/** The message of the parser is left out, because it quotes lines of the file. */
function decodeSecret(text: string, path: string): GeneratedFile {
  const checked = generatedSchema.safeParse(parsedYaml(text));
  if (!checked.success) {
    const hint = 'Fix the file, or delete it to generate a new password.';
    throw new Refusal('SecretFetchFailed', `${path} is not a Secret that pgwarden wrote`, hint);
  }
  const { metadata, stringData } = checked.data;
  const { namespace, name, ownerReferences } = metadata;
  const entries = Object.entries(stringData).map(
    ([key, value]) => [key, Buffer.from(value)] as const,
  );
  return {
    ref: { namespace, name },
    owner: { namespace, name: ownerReferences[0].name },
    data: new Map(entries),
  };
}

function parsedYaml(text: string): unknown {
  try {
    return parse(text, { logLevel: 'silent' });
  } catch {
    return undefined;
  }
}
