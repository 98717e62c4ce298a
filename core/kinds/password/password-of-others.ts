import type { Finding } from '../../finding.ts';
import type { Live } from '../../live.ts';
import { quoteIdentifier } from '../../sql.ts';

/**
 * Roles that keep their password although the policy declares another one. Mode additive sets a password only if the
 * role has none, or if this policy set it before. If the connected role cannot read passwords, every role may have one.
 */
export function keptPasswords(
  rows: readonly { readonly role: string }[],
  live: Live,
): ReadonlySet<string> {
  const { mode, passwordVersions, appliedPasswords, storedPasswords } = live;
  if (mode !== 'additive') return new Set();
  const kept = rows.filter(({ role }) => {
    if (!Object.hasOwn(passwordVersions, role) || Object.hasOwn(appliedPasswords, role))
      return false;
    const stored = storedPasswords.get(role);
    return stored === 'other' || stored === undefined;
  });
  return new Set(kept.map(({ role }) => role));
}

export function findingsOfKept(kept: ReadonlySet<string>, { storedPasswords }: Live): Finding[] {
  return [...kept].map((role) => {
    const has = storedPasswords.get(role) === 'other' ? 'has' : 'may have';
    const message = `role ${quoteIdentifier(role)} ${has} a password other than the declared one, and mode additive does not replace it: set it by hand, or choose another mode`;
    return { code: 'OutsidePolicy', role, message };
  });
}
