import { Refusal } from '../../../core/refusal.ts';
import { namespaceModes, type WantedMode } from './report.ts';
import { nonEmpty, type Environment } from '../../../core/environment.ts';

/** The namespace configuration of worker and watcher. */
export interface NamespaceConfiguration {
  readonly mode: WantedMode;
  /** The configured names. */
  readonly list: readonly string[];
  /** Value of the label `pgwarden.io/installation`. Empty in modes `all` and `disabled`, which ignore labels. */
  readonly installation: string;
  /** Whether pgwarden manages Roles and RoleBindings in namespaces. */
  readonly reconcileRbac: boolean;
  /** ServiceAccount of the worker, in our own namespace. If set, the watcher checks its rights in namespaces. */
  readonly worker?: string;
  /** File with these Roles and RoleBindings. */
  readonly rbacFile: string | undefined;
  /** Name of the ConfigMap with the report, in our own namespace. */
  readonly report: string;
}

/** Throws Refusal `Usage`. */
export function namespaceConfiguration(env: Environment): NamespaceConfiguration {
  const list = namespacesIn(env.PGWARDEN_WATCH_NAMESPACES ?? '');
  const mode = modeIn(nonEmpty(env.PGWARDEN_NAMESPACES_MODE), list);
  if (mode === 'all' && list.length > 0) {
    const message = 'PGWARDEN_NAMESPACES_MODE is all, but PGWARDEN_WATCH_NAMESPACES is set';
    throw new Refusal('Usage', message, 'Unset one of the two.');
  }
  const worker = nonEmpty(env.PGWARDEN_WORKER_SERVICE_ACCOUNT);
  return {
    mode,
    list,
    installation: installationIn(nonEmpty(env.PGWARDEN_INSTALLATION), mode),
    reconcileRbac: isTrue(nonEmpty(env.PGWARDEN_RECONCILE_RBAC) ?? 'true'),
    ...(worker === undefined ? {} : { worker }),
    rbacFile: nonEmpty(env.PGWARDEN_RBAC_FILE),
    report: nonEmpty(env.PGWARDEN_NAMESPACES_CONFIGMAP) ?? 'pgwarden-namespaces',
  };
}

const modes: readonly string[] = ['auto', ...namespaceModes];

function modeIn(text: string | undefined, list: readonly string[]): WantedMode {
  if (text === undefined) return list.length === 0 ? 'all' : 'disabled';
  if (isMode(text)) return text;
  const message = `PGWARDEN_NAMESPACES_MODE is not one of ${modes.join(', ')}: ${text}`;
  throw new Refusal('Usage', message, 'Unset it to use the list in PGWARDEN_WATCH_NAMESPACES.');
}

function isMode(text: string): text is WantedMode {
  return modes.includes(text);
}

const labelPattern = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;

function installationIn(name: string | undefined, mode: WantedMode): string {
  if (name !== undefined && labelPattern.test(name)) return name;
  if (name === undefined && (mode === 'all' || mode === 'disabled')) return '';
  const message =
    name === undefined
      ? `PGWARDEN_NAMESPACES_MODE is ${mode}, but PGWARDEN_INSTALLATION is not set`
      : `PGWARDEN_INSTALLATION is not a valid label value: ${name}`;
  const hint = 'Set it to the value of the label pgwarden.io/installation on your namespaces.';
  throw new Refusal('Usage', message, hint);
}

function isTrue(text: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  const message = `PGWARDEN_RECONCILE_RBAC is neither true nor false: ${text}`;
  throw new Refusal('Usage', message, 'Unset it for true.');
}

const namespacePattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

function namespacesIn(text: string): readonly string[] {
  const names = text.split(',').flatMap((name) => nonEmpty(name.trim()) ?? []);
  const wrong = names.find((name) => !namespacePattern.test(name));
  if (wrong !== undefined) {
    const message = `PGWARDEN_WATCH_NAMESPACES contains an invalid namespace name: ${wrong}`;
    throw new Refusal(
      'Usage',
      message,
      'Separate the names by commas, or unset it for all namespaces.',
    );
  }
  return [...new Set(names)];
}
