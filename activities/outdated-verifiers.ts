import type { Finding } from '../core/finding.ts';
import type { RoleGraph } from '../core/graph.ts';
import { fewestIterations, isScramVerifierOf, iterationsOf } from '../postgres/scram.ts';

type ByRole = ReadonlyMap<string, string>;

/**
 * A Secret with a generated password also contains its SCRAM verifier. If someone changes the password by hand, the
 * role gets the new password, but programs that read the verifier still get the old one. The worker may not change
 * Secrets, so this is a finding.
 */
export async function outdatedVerifiers(
  { roles }: RoleGraph,
  passwords: ByRole,
  verifiers: ByRole,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { name: role, password: declared } of roles) {
    const [password, verifier] = [passwords.get(role), verifiers.get(role)];
    if (declared?.from !== 'generate' || password === undefined || verifier === undefined) continue;
    if (await isCurrent(password, verifier)) continue;
    const secret = JSON.stringify(declared.name);
    const key = JSON.stringify(declared.key);
    const message = `key "verifier" of Secret ${secret} does not match the password under key ${key}: someone changed one of the two by hand; delete the Secret to generate a new password`;
    findings.push({ code: 'VerifierOutdated', role, message });
  }
  return findings;
}

/** A verifier with another iteration count is not ours, and could be made expensive to check. */
async function isCurrent(password: string, verifier: string): Promise<boolean> {
  return iterationsOf(verifier) === fewestIterations && isScramVerifierOf(password, verifier);
}
