import { Refusal } from '../../../core/refusal.ts';
import { namespaceModes, type WantedMode } from './report.ts';
import { nonEmpty, type Environment } from '../../../core/environment.ts';

/** What worker and watcher are told of namespaces. */
export interface NamespaceConfiguration {
  readonly mode: WantedMode;
  /** Those that are listed. */
  readonly list: readonly string[];
  /** Value of the label `pgwarden.io/installation`. Empty where no label counts: modes `all` and `disabled`. */
  readonly installation: string;
  /** Whether Roles and RoleBindings in namespaces are seen to. */
  readonly reconcileRbac: boolean;
  /** ServiceAccount of the worker, in our own namespace. Its rights in namespaces are looked at where it is known. */
  readonly worker?: string;
  /** File with these. */
  readonly rbacFile: string | undefined;
  /** Name of the ConfigMap with the report, in our own namespace. */
  readonly report: string;
}

/** Throws Refusal `Usage`. */
export function namespaceConfiguration(env: Environment): NamespaceConfiguration {
  const list = namespacesIn(env.PGWARDEN_WATCH_NAMESPACES ?? '');
  const mode = modeIn(nonEmpty(env.PGWARDEN_NAMESPACES_MODE), list);
  if (mode === 'all' && list.length > 0) {
    const message = 'PGWARDEN_NAMESPACES_MODE is all, and PGWARDEN_WATCH_NAMESPACES lists some';
    throw new Refusal('Usage', message, 'Leave one of the two out.');
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
  const message = `PGWARDEN_NAMESPACES_MODE is none of ${modes.join(', ')}: ${text}`;
  throw new Refusal('Usage', message, 'Leave it out for the list in PGWARDEN_WATCH_NAMESPACES.');
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
      ? `PGWARDEN_NAMESPACES_MODE is ${mode}, and PGWARDEN_INSTALLATION is not set`
      : `PGWARDEN_INSTALLATION cannot be a label's value: ${name}`;
  const hint = 'Set it to the value of the label pgwarden.io/installation on your namespaces.';
  throw new Refusal('Usage', message, hint);
}

function isTrue(text: string): boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  const message = `PGWARDEN_RECONCILE_RBAC is neither true nor false: ${text}`;
  throw new Refusal('Usage', message, 'Leave it out for true.');
}

const namespacePattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

function namespacesIn(text: string): readonly string[] {
  const names = text.split(',').flatMap((name) => nonEmpty(name.trim()) ?? []);
  const wrong = names.find((name) => !namespacePattern.test(name));
  if (wrong !== undefined) {
    const message = `PGWARDEN_WATCH_NAMESPACES has what is no namespace: ${wrong}`;
    throw new Refusal('Usage', message, 'Separate their names by commas; leave it out for all.');
  }
  return [...new Set(names)];
}
