import type { FoundMode } from './mode.ts';
import type { Target } from './targets.ts';
import type {
  NamespaceReport,
  NamespaceState,
  ReportedNamespace,
} from '../sources/kubernetes/namespace-set/report.ts';

/** The state of a namespace, and why, for people. */
export interface Settled {
  readonly state: NamespaceState;
  readonly reason: string;
  /** The rights that the worker lacks, for the status of the policies. */
  readonly lack?: string;
}

/** What is known about our namespaces, and what was reported. */
export interface NamespaceMemory {
  mode: FoundMode | undefined;
  /** When the mode changed last. ISO 8601. */
  changed: string;
  /** The former name of the installation, while namespaces still have it as their label. */
  former: string | undefined;
  /** All namespaces were searched for our Roles. */
  isSearched: boolean;
  /** The missing rights that the policies of a namespace report. */
  readonly notified: Map<string, string>;
  /** The last report written. */
  reported: string;
  readonly states: Map<string, ReportedNamespace>;
  /** What was last done for a namespace, and when, in milliseconds since 1970. */
  readonly settled: Map<string, { readonly kind: Target['kind']; readonly at: number }>;
}

export function newMemory(): NamespaceMemory {
  return {
    ...{ mode: undefined, changed: '', reported: '', former: undefined, isSearched: false },
    ...{ states: new Map(), settled: new Map(), notified: new Map() },
  };
}

/** Stores the state of a namespace. `since` changes only with the state. */
export function note({ states }: NamespaceMemory, name: string, { state, reason }: Settled): void {
  const before = states.get(name);
  const since = before?.state === state ? before.since : new Date().toISOString();
  states.set(name, { name, state, reason, since });
}

export function inState(
  { states }: NamespaceMemory,
  ...wanted: readonly NamespaceState[]
): readonly ReportedNamespace[] {
  return [...states.values()].filter(({ state }) => wanted.includes(state));
}

export function reportOf(
  { mode, changed, states, former }: NamespaceMemory,
  installation: string,
): NamespaceReport {
  const isLeaving = [...states.values()].some(({ state }) => state === 'Draining');
  return {
    ...(former !== undefined && isLeaving ? { former } : {}),
    schema: 'pgwarden.namespaces.v1',
    installation,
    mode: mode?.mode ?? 'disabled',
    reason: mode?.reason ?? '',
    changed,
    namespaces: [...states.values()].sort((left, right) => (left.name < right.name ? -1 : 1)),
  };
}
