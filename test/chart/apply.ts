import { kubectl } from './helm.ts';

/** Runs `kubectl apply`, which rejects unknown fields. */
export function applied(all: readonly object[], ...options: readonly string[]) {
  const args = ['apply', '--server-side', '--force-conflicts', '--validate=strict', ...options];
  const input = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: all });
  return kubectl([...args, '-f', '-'], input);
}
