import type { FindingReport } from '../core/finding.ts';
import type { LeaveOutcome } from '../activities/outcome.ts';
import { asData, remote } from './activities.ts';
import type { PolicyRun } from './policy-state.ts';
import type { Pass } from './pass.ts';

/** After a pass over a deleted policy: removes the finalizer when everything is revoked, or when it never can be. */
export async function leave(run: PolicyRun, pass: Pass): Promise<Pass> {
  const outcome = outcomeOf(run, pass);
  return outcome === undefined ? pass : letGo(run, outcome);
}

/** Removes the finalizer. The policy is then gone for pgwarden, even if it has other finalizers. */
export async function letGo(run: PolicyRun, outcome: LeaveOutcome): Promise<Pass> {
  const summary = `remove finalizer: ${outcome.kind}`;
  const request = { ref: run.ref, outcome };
  const done = await asData(remote.letGo.executeWithOptions({ summary }, [request]));
  return done.kind === 'refused' ? done : { kind: 'gone' };
}

function outcomeOf({ state }: PolicyRun, pass: Pass): LeaveOutcome | undefined {
  switch (pass.kind) {
    case 'inSync':
      return { kind: 'revoked', line: 'nothing was left to revoke', ...staying(state.findings) };
    case 'applied':
      return { kind: 'revoked', line: pass.line, ...staying(pass.findings) };
    case 'refused': {
      const { code, message } = pass.refusal;
      // The policy that holds the claim decides what to do with it.
      return code === 'ConflictingPolicy' ? { kind: 'skipped', why: message } : undefined;
    }
    case 'gone':
    case 'planned':
    case 'stale':
    case 'suspended':
      return undefined;
  }
}

function staying(findings: FindingReport | undefined): { readonly stays?: string } {
  if (findings === undefined || findings.unrevocable === 0) return {};
  // Findings that cannot be revoked come first.
  const [first] = findings.first;
  return first === undefined ? {} : { stays: first.message };
}
