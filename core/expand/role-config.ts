import type { RoleConfig } from '../graph.ts';
import type { ConfigSection } from '../manifest/config.ts';

/** Settings by lower-case name, in order, as text: PostgreSQL reads `on` and `true` alike. */
export function roleConfig(section: ConfigSection | undefined): RoleConfig | undefined {
  if (section === undefined) return undefined;
  const entries = Object.entries(section).map(
    ([name, value]) => [name.toLowerCase(), String(value)] as const,
  );
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}
