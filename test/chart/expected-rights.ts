import type { Right } from './installed.ts';

/** All permissions of the worker and the watcher, by purpose. */
export const rights = {
  /** The worker in a namespace with policies. */
  worker: [
    'get postgrespolicies',
    'list postgrespolicies',
    'patch postgrespolicies',
    'patch postgrespolicies/status',
    'get secrets',
    'create secrets',
    'create events',
  ],
  /** The watcher in a namespace with policies. */
  watcher: ['list postgrespolicies', 'watch postgrespolicies', 'list secrets', 'watch secrets'],
  /** The watcher there, if namespaces are listed or change: it checks the permissions of the worker. */
  looksAfter: ['create localsubjectaccessreviews', 'patch postgrespolicies/status'],
  /** The worker in the release's own namespace. */
  ownWorker: ['get secrets pgwarden-version-key', 'create secrets'],
  /** The worker there, if the set of namespaces changes. */
  notified: [
    'get configmaps pgwarden-namespaces',
    'list configmaps pgwarden-namespaces',
    'watch configmaps pgwarden-namespaces',
  ],
  /** The watcher in the release's own namespace. */
  ownWatcher: [
    'get leases pgwarden-watcher',
    'update leases pgwarden-watcher',
    'create leases',
    'get configmaps pgwarden-namespaces',
    'patch configmaps pgwarden-namespaces',
    'create configmaps',
    'create events',
  ],
  /** The watcher, if it creates Roles. */
  roles: ['roles', 'rolebindings'].flatMap((resource) =>
    ['get', 'list', 'watch', 'create', 'update', 'delete'].map((verb) => `${verb} ${resource}`),
  ),
  seeNamespaces: ['get namespaces', 'list namespaces', 'watch namespaces'],
  changeNamespaces: ['create namespaces', 'update namespaces', 'delete namespaces'],
} satisfies Record<string, readonly Right[]>;

/** In the format of `rightsIn`. */
export function together(...names: readonly (keyof typeof rights)[]): readonly Right[] {
  return [...new Set(names.flatMap((name): readonly Right[] => rights[name]))].toSorted();
}
