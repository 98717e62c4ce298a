import { describe, expect, test } from '@jest/globals';
import { refused } from './refused.ts';

const forbids = 'forbidden_attributes: [superuser]';
const but = 'which is equivalent to superuser, but forbidden_attributes are superuser';
const grant = (privilege: string, object: string) =>
  `grants: [{ role: app, privileges: [${privilege}], object: ${object} }]`;

describe('a rule that forbids superuser', () => {
  test.each([
    [
      'functions that read files',
      grant('EXECUTE', "{ type: function, schema: pg_catalog, name: 'pg_read_file(text)' }"),
      'grants to role "app" in schema pg_catalog',
    ],
    [
      'every function of the system',
      grant('EXECUTE', "{ type: function, schema: pg_catalog, name: '*' }"),
      'grants to role "app" in schema pg_catalog',
    ],
    [
      'the verifiers of passwords',
      grant('SELECT', '{ type: table, schema: pg_catalog, name: pg_authid }'),
      'grants to role "app" in schema pg_catalog',
    ],
    [
      'the verifiers of passwords as a column',
      grant(
        'SELECT',
        '{ type: table, schema: pg_catalog, name: pg_authid, columns: [rolpassword] }',
      ),
      'grants to role "app" in schema pg_catalog',
    ],
    [
      'names that come before those of others',
      grant('CREATE', '{ type: schema, name: pg_catalog }'),
      'grants to role "app" in schema pg_catalog',
    ],
    [
      'names that the standard has',
      grant('USAGE', '{ type: schema, name: information_schema }'),
      'grants to role "app" in schema information_schema',
    ],
    [
      'Perl outside its sandbox in the sessions of a role',
      'roles: [{ name: app, config: { plperl.on_plperlu_init: x } }]',
      'sets plperl.on_plperlu_init of role "app"',
    ],
    [
      'a schema of the system as its own',
      'schemas: [{ name: information_schema, owner: app }]',
      'gives schema information_schema to role "app"',
    ],
    [
      'views of the system as its own',
      "ownership: [{ owner: app, object: { type: view, schema: information_schema, name: '*' } }]",
      'gives away views in schema information_schema',
    ],
    [
      'what will be made in a schema of the system',
      'default_privileges: [{ owner: boss, schema: pg_catalog, grant: [{ role: app, privileges: [EXECUTE], on_type: function }] }]',
      'grants by default to role "app" in schema pg_catalog',
    ],
    [
      'functions of extensions that a superuser makes later',
      'default_privileges: [{ scope: { type: global }, grant: [{ role: app, privileges: [EXECUTE], on_type: function }] }]',
      'grants by default to role "app" on every function of "postgres", including those of extensions',
    ],
    [
      'connections as the system user of the server',
      grant('EXECUTE', "{ type: function, schema: ext, name: 'dblink_connect_u(text)' }"),
      'grants to role "app" on function "dblink_connect_u"',
    ],
    [
      'the same by another word for functions, in quotes',
      grant('EXECUTE', '{ type: routine, schema: ext, name: \'"dblink_connect_u"(text, text)\' }'),
      'grants to role "app" on function "dblink_connect_u"',
    ],
    [
      'such a function as its own',
      'ownership: [{ owner: app, object: { type: function, schema: ext, name: dblink_connect_u } }]',
      'gives away function "dblink_connect_u"',
    ],
    [
      'wrappers by which tables read files',
      grant('USAGE', '{ type: foreign_data_wrapper, name: file_fdw }'),
      'grants to role "app" on foreign data wrapper "file_fdw"',
    ],
    [
      'the configuration of the server',
      grant('ALTER SYSTEM', '{ type: parameter, name: Archive_Command }'),
      'grants ALTER SYSTEM on parameter "archive_command"',
    ],
    [
      'libraries that sessions load',
      grant('SET', '{ type: parameter, name: session_preload_libraries }'),
      'grants SET on parameter "session_preload_libraries"',
    ],
    [
      'libraries that its own sessions load',
      'roles: [{ name: app, config: { Session_Preload_Libraries: evil } }]',
      'sets session_preload_libraries of role "app"',
    ],
    [
      'large objects of others',
      "roles: [{ name: app, database_config: { lo_compat_privileges: 'on' } }]",
      'sets lo_compat_privileges of role "app"',
    ],
    [
      'programs of the server',
      'memberships: [{ role: pg_execute_server_program, members: [{ name: app }] }]',
      'makes role "app" a member of "pg_execute_server_program"',
    ],
    [
      'files of the server, as a session',
      'roles: [{ name: app, config: { role: pg_write_server_files } }]',
      'starts the sessions of role "app" as "pg_write_server_files"',
    ],
    [
      'what a database service has in its place',
      'memberships: [{ role: rds_superuser, members: [{ name: app }] }]',
      'makes role "app" a member of "rds_superuser"',
    ],
    [
      'a predefined role by way of a group',
      'memberships: [{ role: team, members: [{ name: app }] }, { role: pg_read_server_files, members: [{ name: team }] }]',
      'makes role "team" a member of "pg_read_server_files"',
    ],
  ])('forbids %s', (_what, spec, line) => {
    expect(refused(forbids, spec)).toContain(`${line}, ${but}`);
    expect(refused('forbidden_attributes: [createdb]', spec)).toEqual([]);
  });

  test.each([
    [
      'schemas: [pg_catalog]',
      grant('SELECT', '{ type: view, schema: pg_catalog, name: pg_stat_activity }'),
    ],
    ['schemas: [information_schema]', 'schemas: [{ name: information_schema, owner: app }]'],
    [
      'object_types: [foreign_data_wrapper]',
      grant('USAGE', '{ type: foreign_data_wrapper, name: postgres_fdw }'),
    ],
    [
      'default_privilege_owners: [postgres]',
      'default_privileges: [{ scope: { type: global }, grant: [{ role: app, privileges: [EXECUTE], on_type: function }] }]',
    ],
    ['object_types: [parameter]', grant('ALTER SYSTEM', '{ type: parameter, name: work_mem }')],
    [
      'settings: [session_preload_libraries]',
      'roles: [{ name: app, config: { session_preload_libraries: auto_explain } }]',
    ],
    [
      'predefined_roles: [pg_read_all_data]',
      'memberships: [{ role: pg_read_all_data, members: [{ name: app }] }]',
    ],
  ])('allows the objects that %s names in full', (more, spec) => {
    expect(refused(`${forbids}, ${more}`, spec)).toEqual([]);
    expect(refused(forbids, spec)).toHaveLength(1);
  });

  test('allows all other grants', () => {
    for (const owner of ['owner: app, scope: { type: global }, ', 'schema: app, '])
      expect(
        refused(
          forbids,
          `default_privileges: [{ ${owner}grant: [{ role: app, privileges: [EXECUTE], on_type: function }] }]`,
        ),
      ).toEqual([]);
    expect(
      refused(
        forbids,
        grant('EXECUTE', "{ type: function, schema: ext, name: 'dblink_connect(text)' }"),
      ),
    ).toEqual([]);
    expect(refused(forbids, grant('SET', '{ type: parameter, name: work_mem }'))).toEqual([]);
    expect(refused(forbids, grant('SELECT', "{ type: table, schema: app, name: '*' }"))).toEqual(
      [],
    );
  });
});
