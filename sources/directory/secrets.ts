import type { ResourceRef } from '../../core/document/document.ts';
import { Refusal } from '../../core/refusal.ts';
import { refText } from '../resource-name.ts';
import { requireOwn } from '../secret-owner.ts';
import type { SecretRecord } from '../source.ts';
import type { Catalog } from './catalog.ts';
import type { ContentVersion } from '../content-version.ts';
import type { GeneratedSecrets } from './generated-secrets.ts';

/** The Secrets of a directory: those in its files and those that policies generated. */
export interface SecretPlaces {
  readonly catalog: Catalog;
  readonly generated: GeneratedSecrets;
  readonly versionOf: ContentVersion;
}

/** A generated Secret takes precedence over one with the same name in the directory, which is reported as a problem. */
export async function findSecret(
  places: SecretPlaces,
  ref: ResourceRef,
): Promise<SecretRecord | undefined> {
  return (await places.generated.read(ref)) ?? (await declaredSecret(places, ref));
}

/** Returns the policy's own Secret with that name, created with `data` if it does not exist. */
export async function createSecret(
  places: SecretPlaces,
  ref: ResourceRef,
  owner: ResourceRef,
  data: ReadonlyMap<string, string>,
): Promise<SecretRecord> {
  const existing = await findSecret(places, ref);
  if (existing === undefined) await places.generated.create(ref, owner, data);
  const secret = existing ?? (await places.generated.read(ref));
  if (secret === undefined) {
    const message = `Secret ${refText(ref)} was deleted while it was being created`;
    throw new Refusal('SecretFetchFailed', message, 'Wait: pgwarden creates it again.');
  }
  requireOwn(ref, secret, owner);
  return secret;
}

/** Secrets of the directory that have the name of a generated one. */
export async function hiddenSecrets({
  catalog,
  generated,
}: SecretPlaces): Promise<readonly Refusal[]> {
  const { secrets } = await generated.list();
  const found = await Promise.all(secrets.map((ref) => catalog.find('secret', ref)));
  return found.flatMap(({ entry }) => {
    if (entry === undefined) return [];
    const message = `${entry.where} declares Secret ${refText(entry.ref)}, which a policy has generated`;
    return [
      new Refusal(
        'InvalidSpec',
        message,
        'Rename or remove this one: pgwarden uses the generated Secret.',
      ),
    ];
  });
}

async function declaredSecret(
  { catalog, versionOf }: SecretPlaces,
  ref: ResourceRef,
): Promise<SecretRecord | undefined> {
  const { entry, doubt } = await catalog.find('secret', ref).catch((error: unknown) => {
    throw error instanceof Refusal ? fetchFailed(ref, error) : error;
  });
  if (entry === undefined && doubt !== undefined) throw fetchFailed(ref, doubt);
  if (entry === undefined) return undefined;
  if ('refusal' in entry.content) throw fetchFailed(ref, entry.content.refusal);
  const { data } = entry.content;
  return { version: await versionOf(data), data };
}

function fetchFailed(ref: ResourceRef, { message, hint }: Refusal): Refusal {
  return new Refusal(
    'SecretFetchFailed',
    `Secret ${refText(ref)} cannot be read: ${message}`,
    hint,
  );
}
