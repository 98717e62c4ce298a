import type { Finding } from '../core/finding.ts';
import type { Intent } from '../postgres/contract.ts';
import { revocationIntent } from '../postgres/revocation-intent.ts';
import { scramVerifier } from '../postgres/scram.ts';
import { passwordSources } from '../sources/passwords.ts';
import { missingSecret, secretVersions } from '../sources/secrets-used.ts';
import type { PolicyStatus } from '../sources/source.ts';
import type { ActivityDeps } from './deps.ts';
import { outdatedVerifiers } from './outdated-verifiers.ts';
import type { ReadyPolicy } from './ready-policy.ts';

export interface ResolvedIntent {
  readonly intent: Intent;
  readonly passwords: ReadonlyMap<string, string>;
  readonly verifiers: ReadonlyMap<string, string>;
  /** Findings about the Secrets. */
  readonly found: readonly Finding[];
  /** Version per Secret name, never newer than the passwords. */
  readonly secrets: Readonly<Record<string, string>>;
}

interface IntentOptions {
  /** The server that the passwords are for. */
  readonly server: string;
  /** Generate missing passwords. */
  readonly create: boolean;
}

/** Resolves what a policy declares, including its passwords. */
export async function intentOf(
  { source }: ActivityDeps,
  { record, graph, spec }: ReadyPolicy,
  { server, create }: IntentOptions,
): Promise<ResolvedIntent> {
  if (record.deletedAt !== undefined)
    return { ...revocationIntent(graph), found: [], secrets: await secretVersions(source, record) };
  const before = await secretVersions(source, record);
  const { passwords, versions, verifiers } = await passwordSources(source, record, {
    create,
    verifierOf: (password) => scramVerifier(password),
  });
  const after = create ? await secretVersions(source, record) : before;
  return {
    intent: {
      graph,
      mode: spec.reconciliation_mode,
      passwordVersions: versions,
      appliedPasswords: appliedOn(server, record.status),
    },
    passwords,
    verifiers,
    found: await outdatedVerifiers(graph, passwords, verifiers),
    secrets: Object.fromEntries(
      Object.entries(before).map(([name, version]) => [
        name,
        version === missingSecret ? (after[name] ?? missingSecret) : version,
      ]),
    ),
  };
}

function appliedOn(server: string, status: PolicyStatus): Intent['appliedPasswords'] {
  if (status.applied_password_server !== server) return {};
  return status.applied_password_source_versions ?? {};
}
