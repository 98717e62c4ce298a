import { kubectl } from './helm.ts';

/** `kubectl apply` of resources, which refuses fields the API server does not know. */
export function applied(all: readonly object[], ...options: readonly string[]) {
  const args = ['apply', '--server-side', '--force-conflicts', '--validate=strict', ...options];
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: all });
  return kubectl([...args, '-f', '-'], input);
}
