import { randomUUID } from 'node:crypto';
import { CoreV1Api } from '@kubernetes/client-node';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { freshNamespace, kubernetes } from '../setup/kubernetes.ts';
import { together } from './expected-rights.ts';
import { manifests, template } from './helm.ts';
import { installed, rightsIn, type Accounts } from './installed.ts';

/** The permissions of a release with `namespaces.list={target}`. `foreign` is a namespace outside the installation. */
interface Expected {
  readonly target: readonly string[];
  readonly own: readonly string[];
  readonly foreign: readonly string[];
}

const nothing: readonly string[] = [];

const worker = {
  fixed: { target: together('worker'), own: together('ownWorker'), foreign: nothing },
  notified: {
    target: together('worker'),
    own: together('ownWorker', 'notified'),
    foreign: nothing,
  },
};

const makesRoles = ['worker', 'watcher', 'looksAfter', 'roles'] as const;
const changes = ['seeNamespaces', 'changeNamespaces'] as const;

const local = { target: together(...makesRoles), own: together('ownWatcher'), foreign: nothing };
const given = {
  target: together('watcher', 'looksAfter'),
  own: together('ownWatcher'),
  foreign: nothing,
};

const expected: Readonly<
  Record<string, { readonly worker: Expected; readonly watcher: Expected }>
> = {
  disabled: { worker: worker.fixed, watcher: local },
  'disabled, reconcileRBAC false': { worker: worker.fixed, watcher: given },
  auto: { worker: worker.notified, watcher: local },
  'auto, reconcileRBAC false': { worker: worker.notified, watcher: given },
  readonly: {
    worker: worker.notified,
    watcher: {
      target: together(...makesRoles, 'seeNamespaces'),
      own: together('ownWatcher', 'seeNamespaces'),
      foreign: together('seeNamespaces'),
    },
  },
  'readonly, reconcileRBAC false': {
    worker: worker.notified,
    watcher: {
      target: together('watcher', 'looksAfter', 'seeNamespaces'),
      own: together('ownWatcher', 'seeNamespaces'),
      foreign: together('seeNamespaces'),
    },
  },
  // The watcher grants the worker its permissions: see role-making.test.ts.
  dynamic: {
    worker: { ...worker.notified, target: nothing },
    watcher: {
      target: together(...makesRoles, ...changes),
      own: together('ownWatcher', ...makesRoles, ...changes),
      foreign: together(...makesRoles, ...changes),
    },
  },
  'dynamic, reconcileRBAC false': {
    worker: worker.notified,
    watcher: {
      target: together('watcher', 'looksAfter', ...changes),
      own: together('ownWatcher', ...changes),
      foreign: together(...changes),
    },
  },
};

describe.each(Object.entries(expected))('in mode %s', (name, { worker, watcher }) => {
  let own: string, target: string, foreign: string;
  let as: Accounts;

  beforeAll(async () => {
    [own, target, foreign] = await threeNamespaces();
    const [mode = ''] = name.split(', ');
    const reconcileRBAC = !name.endsWith('false');
    const set = { mode, list: `{${target}}`, reconcileRBAC: `${reconcileRBAC}` };
    as = await installed(own, namespaceValues(set));
  });

  test('the worker has exactly the permissions it needs', async () => {
    expect(await everywhere(as.worker)).toEqual(worker);
  });

  test('the watcher has exactly the permissions it needs', async () => {
    expect(await everywhere(as.watcher)).toEqual(watcher);
  });

  test('the worker cannot read a Secret of another namespace, nor list those of the cluster', async () => {
    const core = as.worker.makeApiClient(CoreV1Api);
    await expect(core.listSecretForAllNamespaces()).rejects.toMatchObject({ code: 403 });
    const elsewhere = { namespace: foreign, name: 'database' };
    await expect(core.readNamespacedSecret(elsewhere)).rejects.toMatchObject({ code: 403 });
  });

  async function everywhere(config: Accounts['worker']): Promise<Expected> {
    return {
      target: await rightsIn(config, target),
      own: await rightsIn(config, own),
      foreign: await rightsIn(config, foreign),
    };
  }
});

test.each(['disabled', 'auto'])(
  'in mode %s without a list the worker and the watcher manage their own namespace',
  async (mode) => {
    const [own, foreign] = await threeNamespaces();
    const as = await installed(own, namespaceValues({ mode }));
    const notified = mode === 'auto' ? (['notified'] as const) : [];
    expect(await rightsIn(as.worker, own)).toEqual(together('worker', 'ownWorker', ...notified));
    expect(await rightsIn(as.watcher, own)).toEqual(together(...makesRoles, 'ownWatcher'));
    expect(await rightsIn(as.worker, foreign)).toEqual([]);
    expect(await rightsIn(as.watcher, foreign)).toEqual([]);
  },
);

describe('in mode all', () => {
  let own: string, other: string;
  let as: Accounts;

  beforeAll(async () => {
    [own, other] = await threeNamespaces();
    as = await installed(own);
  });

  test('both have the same permissions in every namespace, and no others', async () => {
    expect(await rightsIn(as.worker, other)).toEqual(together('worker'));
    expect(await rightsIn(as.watcher, other)).toEqual(together('watcher'));
    expect(await rightsIn(as.worker, own)).toEqual(together('worker', 'ownWorker'));
    expect(await rightsIn(as.watcher, own)).toEqual(together('watcher', 'ownWatcher'));
  });

  test('neither can change a Secret, and the worker cannot list them', async () => {
    const body = { metadata: { labels: { seen: 'yes' } } };
    for (const config of Object.values(as)) {
      const core = config.makeApiClient(CoreV1Api);
      const patch = core.patchNamespacedSecret({ namespace: other, name: 'database', body });
      await expect(patch).rejects.toMatchObject({ code: 403 });
    }
    const core = as.worker.makeApiClient(CoreV1Api);
    await expect(core.listSecretForAllNamespaces()).rejects.toMatchObject({ code: 403 });
  });
});

test.each(['disabled', 'auto', 'readonly'])(
  'two installations in mode %s have no permissions in the namespaces of each other',
  async (mode) => {
    const [[own, target], [theirs, theirTarget]] = [
      await threeNamespaces(),
      await threeNamespaces(),
    ];
    const ours = await installed(own, namespaceValues({ mode, list: `{${target}}` }));
    await installed(theirs, namespaceValues({ mode, list: `{${theirTarget}}` }));
    const seen = mode === 'readonly' ? together('seeNamespaces') : [];
    for (const place of [theirs, theirTarget]) {
      expect(await rightsIn(ours.worker, place)).toEqual([]);
      expect(await rightsIn(ours.watcher, place)).toEqual(seen);
    }
  },
);

test('a user with view can see policies, and a user with edit can change them', async () => {
  const admin = await kubernetes();
  const namespace = await freshNamespace(admin);
  const all = manifests(await template('production', { name: releaseName(), namespace }));
  const roles = all.filter(({ metadata }) => /-(view|edit)$/.test(metadata.name));
  expect(roles.map(({ kind, metadata: { labels }, rules }) => ({ kind, labels, rules }))).toEqual([
    expect.objectContaining({
      labels: expect.objectContaining({ 'rbac.authorization.k8s.io/aggregate-to-view': 'true' }),
      rules: [expect.objectContaining({ verbs: ['get', 'list', 'watch'] })],
    }),
    expect.objectContaining({
      labels: expect.not.objectContaining({
        'rbac.authorization.k8s.io/aggregate-to-view': 'true',
      }),
      rules: [
        expect.objectContaining({
          verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'],
        }),
      ],
    }),
  ]);
});

function releaseName(): string {
  return `r-${randomUUID()}`;
}

async function threeNamespaces(): Promise<[string, string, string]> {
  const admin = await kubernetes();
  return [await freshNamespace(admin), await freshNamespace(admin), await freshNamespace(admin)];
}

function namespaceValues(values: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(values).map(([name, value]) => `namespaces.${name}=${value}`);
}
