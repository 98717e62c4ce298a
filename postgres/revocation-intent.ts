import type { RoleGraph } from '../core/graph.ts';
import { revocationOf } from '../core/plan/revocation.ts';
import type { Intent, Passwords } from './contract.ts';

/** An intent that revokes what a policy granted. It needs no passwords. */
export function revocationIntent(graph: RoleGraph): {
  readonly intent: Intent;
  readonly passwords: Passwords;
  readonly verifiers: ReadonlyMap<string, string>;
} {
  return {
    intent: {
      graph: revocationOf(graph),
      mode: 'revoke',
      passwordVersions: {},
      appliedPasswords: {},
    },
    passwords: new Map(),
    verifiers: new Map(),
  };
}
