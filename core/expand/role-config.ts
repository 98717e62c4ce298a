import type { RoleConfig, SettingValue } from '../graph.ts';
import type { ConfigSection } from '../manifest/config.ts';
import { isListParameter, splitList } from '../setting-list.ts';

/**
 * Settings as text, sorted by lower-case name, because PostgreSQL reads `on` and `true` alike. `bind` converts a value,
 * or each element of a list, so that a name in a list stays one element.
 */
export function roleConfig(
  section: ConfigSection | undefined,
  bind = (text: string): string => text,
): RoleConfig | undefined {
  if (section === undefined) return undefined;
  const entries = Object.entries(section).map(([name, value]): [string, SettingValue] => {
    const parameter = name.toLowerCase();
    const list = isListParameter(parameter) ? splitList(String(value)) : undefined;
    return [parameter, list?.map(bind) ?? bind(String(value))];
  });
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}
