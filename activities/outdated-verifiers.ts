import type { Finding } from '../core/finding.ts';
import type { RoleGraph } from '../core/graph.ts';
import { fewestIterations, isScramVerifierOf, iterationsOf } from '../postgres/scram.ts';

type ByRole = ReadonlyMap<string, string>;

/**
 * A Secret with a generated password also has its SCRAM verifier. Somebody who changes the password by hand changes the
 * role's password, while programs that read the verifier get the one of the former password. The worker may change no Secret.
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
    const message = `key "verifier" of Secret ${secret} is not of the password under key ${key}: one of the two was changed by hand; delete the Secret to have a new password generated`;
    findings.push({ code: 'VerifierOutdated', role, message });
  }
  return findings;
}

/** One of other iterations is none of ours, and may have been made to cost a lot. */
async function isCurrent(password: string, verifier: string): Promise<boolean> {
  return iterationsOf(verifier) === fewestIterations && isScramVerifierOf(password, verifier);
}
