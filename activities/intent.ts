import type { Intent } from '../postgres/contract.ts';
import { scramVerifier } from '../postgres/scram.ts';
import { passwordSources } from '../sources/passwords.ts';
import { missingSecret, secretVersions } from '../sources/secrets-used.ts';
import type { ActivityDeps } from './deps.ts';
import type { ReadyPolicy } from './target.ts';

export interface ResolvedIntent {
  readonly intent: Intent;
  readonly passwords: ReadonlyMap<string, string>;
  /** Secret to version, not newer than the passwords. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** What a policy wants, with its passwords. `create` lets missing generated ones be made. */
export async function intentOf(
  { source }: ActivityDeps,
  { record, graph, spec }: ReadyPolicy,
  { create }: { readonly create: boolean },
): Promise<ResolvedIntent> {
  const before = await secretVersions(source, record);
  const { passwords, versions } = await passwordSources(source, record, {
    create,
    verifierOf: scramVerifier,
  });
  const after = create ? await secretVersions(source, record) : before;
  return {
    intent: {
      graph,
      mode: spec.reconciliation_mode,
      passwordVersions: versions,
      appliedPasswords: record.status.applied_password_source_versions ?? {},
    },
    passwords,
    secrets: Object.fromEntries(
      Object.entries(before).map(([name, version]) => [
        name,
        version === missingSecret ? (after[name] ?? missingSecret) : version,
      ]),
    ),
  };
}
