import { expect, test } from '@jest/globals';
import { Refusal } from '../../core/refusal.ts';
import { sourceConfiguration } from '../../sources/configuration.ts';

const inPod = { KUBERNETES_SERVICE_HOST: '10.0.0.1' };
const places = { PGWARDEN_POLICIES: '/etc/policies' };

test('the source is the API server in a pod and a directory elsewhere, unless it is said', () => {
  expect(sourceConfiguration(inPod).kind).toBe('kubernetes');
  expect(sourceConfiguration(places).kind).toBe('directory');
  expect(sourceConfiguration({ ...places, KUBERNETES_SERVICE_HOST: '' }).kind).toBe('directory');
  expect(sourceConfiguration({ PGWARDEN_SOURCE: 'kubernetes' }).kind).toBe('kubernetes');
  expect(sourceConfiguration({ ...inPod, ...places, PGWARDEN_SOURCE: 'directory' }).kind).toBe(
    'directory',
  );
});

test.each([
  [undefined, []],
  ['', []],
  [' , ', []],
  ['shop', ['shop']],
  ['shop, books,shop', ['shop', 'books']],
])('the namespaces in %p are %p', (text, namespaces) => {
  const configuration = sourceConfiguration({ ...inPod, PGWARDEN_WATCH_NAMESPACES: text });
  expect(configuration).toEqual({ kind: 'kubernetes', place: { namespaces, pod: {} } });
});

test('the pod is the one it is said to be', () => {
  const env = { ...inPod, POD_NAMESPACE: 'pgwarden', POD_NAME: 'worker-1' };
  expect(sourceConfiguration(env)).toMatchObject({
    place: { pod: { namespace: 'pgwarden', name: 'worker-1' } },
  });
});

test.each([
  [{ PGWARDEN_SOURCE: 'etcd' }, 'PGWARDEN_SOURCE is neither kubernetes nor directory: etcd'],
  [
    { ...inPod, PGWARDEN_WATCH_NAMESPACES: 'shop,No_Name' },
    'PGWARDEN_WATCH_NAMESPACES has what is no namespace: No_Name',
  ],
  [{}, 'PGWARDEN_POLICIES is not set'],
])('%p is refused', (env, message) => {
  expect(() => sourceConfiguration(env)).toThrow(Refusal);
  expect(() => sourceConfiguration(env)).toThrow(message);
});
