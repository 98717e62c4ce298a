import type { RoleSettingFact } from './fact.ts';
import { z } from 'zod';
import type { RoleSpec, SettingValue } from '../../graph.ts';
import type { Lack } from '../../need.ts';
import type { ObjectKind } from '../../kind.ts';
import { type Edit, usualEffect } from '../../fact.ts';
import type { Live } from '../../live.ts';
import type { Statement } from '../../statement.ts';
import { isListParameter, splitList } from '../../setting-list.ts';
import { quoteIdentifier, quoteLiteral } from '../../sql.ts';
import { parameterGroup, parametersSql, refuseUnknown } from './known-parameters.ts';
import { unsafeForOurSessions } from './self-change.ts';
import { lacksToAlterRole, takenByRole } from '../role/authority.ts';
import { alteredRoles } from '../role/fact.ts';

const row = z.object({
  role: z.string(),
  /** True for settings in the policy's database, false for settings in all databases. */
  here: z.boolean(),
  /** `name=value`, in the order of their creation, which has no meaning. */
  settings: z.array(z.string()),
});
type Row = z.infer<typeof row>;

export const roleSetting: ObjectKind<RoleSettingFact, Row, 'roles_altered'> = {
  name: 'role_setting',
  inspect: {
    // Role 0 stands for ALTER DATABASE ... SET, which belongs to no role.
    sql: () => `
    SELECT json_build_object('kind', 'role_setting', 'role', r.name, 'here', c.setdatabase <> 0,
                              'settings', pg_catalog.to_jsonb(c.setconfig))
      FROM pg_catalog.pg_db_role_setting c
      JOIN scope_role r ON r.oid = c.setrole AND r.oid <> 0
     WHERE c.setdatabase = 0
        OR c.setdatabase = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())`,
    members: parametersSql,
  },
  decode: (value) => row.parse(value),
  observed: observedSettings,
  desired: (rows, live) => declaredConfigs(live).flatMap((config) => desiredSettings(config, rows)),
  group: ({ id }) => parameterGroup(id.parameter),
  key: keyOf,
  needs: ({ id, state }) => [
    { kind: 'role', key: id.role },
    ...(id.parameter === 'role' ? [state.value].flat().map((key) => ({ kind: 'role', key })) : []),
  ],
  governs: () => true,
  effect: usualEffect,
  takes: ({ fact }, live) => takenByRole(fact.id.role, live),
  lacks: lacksToAlter,
  holder: ({ id }) => id.role,
  unsafe: unsafeForOurSessions,
  render: (edits, _live, names) =>
    edits.map((edit) => {
      const { role, parameter } = edit.fact.id;
      if (edit.op !== 'drop') refuseUnknown(role, parameter, names);
      return renderSetting(edit);
    }),
  explain: explainSetting,
  summary: alteredRoles,
  counts: ({ fact: { id } }) => [{ as: 'roles_altered', once: id.role, unless: 'roles_created' }],
};

function keyOf({ role, database, parameter }: RoleSettingFact['id']): string {
  return [role, database ?? '', parameter].join('\0');
}

/** One declared map: all settings of a role, in all databases or in the policy's database. */
interface Config {
  readonly role: string;
  readonly database: string | undefined;
  readonly values: NonNullable<RoleSpec['config']>;
}

function declaredConfigs({ graph, server }: Live): Config[] {
  return graph.roles.flatMap(({ name: role, config, databaseConfig }) => [
    ...(config === undefined ? [] : [{ role, database: undefined, values: config }]),
    ...(databaseConfig === undefined
      ? []
      : [{ role, database: server.database, values: databaseConfig }]),
  ]);
}

/** Only settings of declared maps. pgwarden does not change the settings of a role without a declared map. */
function observedSettings(rows: readonly Row[], live: Live): RoleSettingFact[] {
  const declared = new Set(declaredConfigs(live).map(mapKey));
  return rows.flatMap(({ role, here, settings }) => {
    const database = here ? live.server.database : undefined;
    if (!declared.has(mapKey({ role, database }))) return [];
    return settings.map((setting) => {
      const { parameter, text } = readSetting(setting);
      return factOf({ role, database, parameter }, storedValue(parameter, text));
    });
  });
}

const mapKey = ({ role, database }: Pick<Config, 'role' | 'database'>): string =>
  `${role}\0${database ?? ''}`;

function readSetting(setting: string): { parameter: string; text: string } {
  const end = setting.indexOf('=');
  return { parameter: setting.slice(0, end), text: setting.slice(end + 1) };
}

/** PostgreSQL stores a value as it was written, except for lists, whose elements it quotes where necessary. */
function storedValue(parameter: string, text: string): SettingValue {
  return isListParameter(parameter.toLowerCase()) ? (splitList(text) ?? text) : text;
}

/** A declared parameter uses the spelling that is already stored, if there is one. */
function desiredSettings(
  { role, database, values }: Config,
  rows: readonly Row[],
): RoleSettingFact[] {
  const stored = rows
    .filter((found) => found.role === role && found.here === (database !== undefined))
    .flatMap(({ settings }) => settings.map((setting) => readSetting(setting).parameter));
  const spelling = new Map(stored.map((parameter) => [parameter.toLowerCase(), parameter]));
  return Object.entries(values).map(([name, value]) =>
    factOf({ role, database, parameter: spelling.get(name) ?? name }, value),
  );
}

function factOf(id: RoleSettingFact['id'], value: SettingValue): RoleSettingFact {
  return { kind: 'role_setting', id, state: { value } };
}

/** A role can alter its own settings. */
function lacksToAlter({ fact }: Edit<RoleSettingFact>, live: Live): Lack[] {
  return fact.id.role === live.server.user ? [] : lacksToAlterRole(live);
}

function renderSetting(edit: Edit<RoleSettingFact>): Statement {
  const { id, state } = edit.fact;
  const where = id.database === undefined ? '' : ` IN DATABASE ${quoteIdentifier(id.database)}`;
  const head = `ALTER ROLE ${quoteIdentifier(id.role)}${where}`;
  const parameter = id.parameter.split('.').map(quoteIdentifier).join('.');
  const said = { why: explainSetting(edit), risk: riskOf(edit), affects: [id.role] };
  if (edit.op === 'drop') return { text: `${head} RESET ${parameter}`, ...said };
  const value = [state.value].flat().map(quoteLiteral).join(', ');
  return { text: `${head} SET ${parameter} TO ${value}`, ...said };
}

/** The setting `role` decides what a session can do. Other settings remove no access. */
function riskOf({ op, fact: { id } }: Edit<RoleSettingFact>): Statement['risk'] {
  return id.parameter === 'role' && op !== 'create' ? 'loses access' : 'none';
}

function explainSetting({ op, fact: { id } }: Edit<RoleSettingFact>): string {
  const where = id.database === undefined ? '' : ` in database ${id.database}`;
  return `the setting ${id.parameter} of role ${id.role}${where} is ${op === 'drop' ? 'reset' : 'set'}`;
}
