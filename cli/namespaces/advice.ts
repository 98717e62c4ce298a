import { Refusal } from '../../core/refusal.ts';
import { shellWord } from '../../embedded/shell-word.ts';
import { installationLabel } from '../../sources/kubernetes/namespace-set/labels.ts';
import type { NamespaceMode } from '../../sources/kubernetes/namespace-set/report.ts';
import { installationText, type Installation } from './installation.ts';

export type Change = 'create' | 'adopt' | 'delete';

const allowed: Record<Change, readonly NamespaceMode[]> = {
  create: ['dynamic'],
  adopt: ['dynamic', 'readonly'],
  delete: ['dynamic'],
};

const done: Record<Change, string> = { create: 'created', adopt: 'adopted', delete: 'deleted' };

/** Throws Refusal `NamespaceModeForbids` if the mode forbids the change. The hint has the commands for an administrator. */
export function requireAllowed(change: Change, name: string, installation: Installation): void {
  const { mode, reason } = installation.report;
  if (allowed[change].includes(mode)) return;
  const message = `namespace ${name} cannot be ${done[change]}: ${installationText(installation.report)} is in mode ${mode}: ${reason}`;
  throw new Refusal('NamespaceModeForbids', message, instead(change, name, installation));
}

function instead(change: Change, name: string, installation: Installation): string {
  const { mode } = installation.report;
  const kubectl = `kubectl ${change === 'delete' ? 'delete' : 'create'} namespace ${name}`;
  switch (mode) {
    case 'all':
      if (change === 'adopt')
        return 'No action is needed: pgwarden manages the policies of every namespace.';
      return `pgwarden manages the policies of every namespace. Ask a cluster administrator to run: ${kubectl}`;
    case 'disabled':
      return `Ask a cluster administrator to run: ${[
        ...(change === 'create' ? [kubectl] : []),
        withList(change, name, installation),
        ...(change === 'delete' ? [kubectl] : []),
      ].join(' && ')}`;
    case 'dynamic':
    case 'readonly':
      return `Ask a cluster administrator to run: ${change === 'delete' ? kubectl : `${kubectl} && ${label(name, installation)}`}`;
  }
}

function label(name: string, { report: { installation } }: Installation): string {
  return `kubectl label namespace ${name} ${shellWord(`${installationLabel}=${installation}`)}`;
}

/** The command that adds the namespace to the list of the release, or removes it. */
function withList(change: Change, name: string, { ref, report }: Installation): string {
  const names = report.namespaces
    .filter(({ state }) => state !== 'Draining' && state !== 'Gone')
    .map((each) => each.name)
    .filter((each) => each !== name);
  const list = change === 'delete' ? names : [...names, name].sort();
  const set = shellWord(`namespaces.list={${list.join(',')}}`);
  return `helm upgrade ${releaseOf(ref.name)} charts/pgwarden -n ${ref.namespace} --reset-then-reuse-values --set ${set}`;
}

/** The command that creates the Roles for a namespace if the watcher is not allowed to create them. */
export function applyRoles(name: string, { ref }: Installation): string {
  const set = shellWord(`namespaces.list={${name}}`);
  return `helm template ${releaseOf(ref.name)} charts/pgwarden -n ${ref.namespace} -f values.yaml -s templates/rbac-targets.yaml --set ${set} | kubectl apply -f -`;
}

/** The release name from the name of its ConfigMap. `RELEASE`, to be filled in, if the chart could have shortened it. */
function releaseOf(configMap: string): string {
  const full = configMap.replace(/-namespaces$/, '');
  return full.includes('pgwarden') && !full.endsWith('-pgwarden') ? full : 'RELEASE';
}
