import { expect, test } from '@jest/globals';
import { Refusal } from '../../core/refusal.ts';
import { sourceConfiguration } from '../../sources/configuration.ts';

const inPod = { KUBERNETES_SERVICE_HOST: '10.0.0.1' };
const places = { PGWARDEN_POLICIES: '/etc/policies' };

test('the source is the API server in a pod and a directory elsewhere, unless it is set', () => {
  expect(sourceConfiguration(inPod).kind).toBe('kubernetes');
  expect(sourceConfiguration(places).kind).toBe('directory');
  expect(sourceConfiguration({ ...places, KUBERNETES_SERVICE_HOST: '' }).kind).toBe('directory');
  expect(sourceConfiguration({ PGWARDEN_SOURCE: 'kubernetes' }).kind).toBe('kubernetes');
  expect(sourceConfiguration({ ...inPod, ...places, PGWARDEN_SOURCE: 'directory' }).kind).toBe(
    'directory',
  );
});

test.each([
  [undefined, 'all', []],
  ['', 'all', []],
  [' , ', 'all', []],
  ['shop', 'disabled', ['shop']],
  ['shop, books,shop', 'disabled', ['shop', 'books']],
])('the namespaces in %p make the mode %p and the list %p', (text, mode, list) => {
  const configuration = sourceConfiguration({ ...inPod, PGWARDEN_WATCH_NAMESPACES: text });
  expect(configuration).toMatchObject({
    kind: 'kubernetes',
    place: { namespaces: { mode, list } },
  });
});

test('a mode that reads labels uses the name of the installation', () => {
  const env = { ...inPod, PGWARDEN_NAMESPACES_MODE: 'readonly', PGWARDEN_INSTALLATION: 'team-a' };
  expect(sourceConfiguration(env)).toMatchObject({
    place: { namespaces: { mode: 'readonly', installation: 'team-a', reconcileRbac: true } },
  });
});

test('the pod has the configured name', () => {
  const env = { ...inPod, POD_NAMESPACE: 'pgwarden', POD_NAME: 'worker-1' };
  expect(sourceConfiguration(env)).toMatchObject({
    place: { pod: { namespace: 'pgwarden', name: 'worker-1' } },
  });
});

test.each([
  [{ PGWARDEN_SOURCE: 'etcd' }, 'PGWARDEN_SOURCE is neither kubernetes nor directory: etcd'],
  [
    { ...inPod, PGWARDEN_WATCH_NAMESPACES: 'shop,No_Name' },
    'PGWARDEN_WATCH_NAMESPACES contains an invalid namespace name: No_Name',
  ],
  [{}, 'PGWARDEN_POLICIES is not set'],
  [
    { ...inPod, PGWARDEN_NAMESPACES_MODE: 'some' },
    'PGWARDEN_NAMESPACES_MODE is not one of auto, all, dynamic, readonly, disabled: some',
  ],
  [
    { ...inPod, PGWARDEN_NAMESPACES_MODE: 'all', PGWARDEN_WATCH_NAMESPACES: 'shop' },
    'PGWARDEN_NAMESPACES_MODE is all, but PGWARDEN_WATCH_NAMESPACES is set',
  ],
  [
    { ...inPod, PGWARDEN_NAMESPACES_MODE: 'dynamic' },
    'PGWARDEN_NAMESPACES_MODE is dynamic, but PGWARDEN_INSTALLATION is not set',
  ],
  [
    { ...inPod, PGWARDEN_INSTALLATION: 'team/a' },
    'PGWARDEN_INSTALLATION is not a valid label value: team/a',
  ],
  [
    { ...inPod, PGWARDEN_RECONCILE_RBAC: 'yes' },
    'PGWARDEN_RECONCILE_RBAC is neither true nor false: yes',
  ],
])('%p is refused', (env, message) => {
  expect(() => sourceConfiguration(env)).toThrow(Refusal);
  expect(() => sourceConfiguration(env)).toThrow(message);
});
