import type { FoundMode } from './mode.ts';
import type { Target } from './targets.ts';
import type {
  NamespaceReport,
  NamespaceState,
  ReportedNamespace,
} from '../sources/kubernetes/namespace-set/report.ts';

/** How it stands with a namespace, and why, for people. */
export interface Settled {
  readonly state: NamespaceState;
  readonly reason: string;
  /** What the worker lacks, which its policies are to say. */
  readonly lack?: string;
}

/** What is known of our namespaces, and was told of them. */
export interface NamespaceMemory {
  mode: FoundMode | undefined;
  /** When the mode changed last. ISO 8601. */
  changed: string;
  /** What was the installation's name before, as long as namespaces have it as their label. */
  former: string | undefined;
  /** What was made in namespaces was looked for, wherever it is. */
  isSearched: boolean;
  /** The missing rights that the policies of a namespace report. */
  readonly notified: Map<string, string>;
  /** The report last written. */
  reported: string;
  readonly states: Map<string, ReportedNamespace>;
  /** What was last done about a namespace, and when, in milliseconds since 1970. */
  readonly settled: Map<string, { readonly kind: Target['kind']; readonly at: number }>;
}

export function newMemory(): NamespaceMemory {
  return {
    ...{ mode: undefined, changed: '', reported: '', former: undefined, isSearched: false },
    ...{ states: new Map(), settled: new Map(), notified: new Map() },
  };
}

/** Since when, only where the state is news. */
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
