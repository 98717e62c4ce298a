import { describe, expect, test } from '@jest/globals';
import { leadsWithin } from '../../../core/bounds/host.ts';
import { refused, refusedByAll, refusedConnection, refusedLeaving } from './refused.ts';

const within = (pattern: string, host: string, port = 5432) =>
  leadsWithin([pattern], { host, port });

describe('a host', () => {
  test.each([
    ['db.shop.svc', 'db.shop.svc'],
    ['db.shop.svc', 'DB.Shop.svc.'],
    ['DB.shop.svc', 'db.shop.svc'],
    ['db:5432', 'db'],
    ['*.shop.svc', 'db.shop.svc'],
    ['*.shop.svc', 'replica.db.shop.svc'],
    ['db-*', 'db-1'],
    ['10.0.0.*', '10.0.0.7'],
    ['10.0.0.7:5432', '10.0.0.7'],
    ['fd00::5', 'FD00::5'],
    ['[fd00::5]:5432', 'fd00::5'],
    ['/run/postgresql', '/run/postgresql'],
    ['*', 'anything.example.com'],
  ])('%s is about %s', (pattern, host) => {
    expect(within(pattern, host)).toBe(true);
  });

  test.each([
    ['db.shop.svc', 'db.shop.svc.evil.com', 'a longer name'],
    ['db.shop.svc', 'dbxshop.svc', 'a dot is a dot'],
    ['*.shop.svc', 'shop.svc', 'no label'],
    ['*.shop.svc', '.shop.svc', 'an empty label'],
    ['*.shop.svc', 'evilshop.svc', 'no dot before'],
    ['*.shop.svc', '/tmp/x.shop.svc', 'a folder of sockets'],
    ['*', '/tmp/x', 'a folder of sockets'],
    ['*.shop.svc', 'fd00::5%x.shop.svc', 'an address with a zone that looks like the name'],
    ['*', 'fd00::5%eth0', 'an address with a zone'],
    ['*.shop.svc', 'evil.com/.shop.svc', 'what is no name'],
    ['*.shop.svc', 'evil.com\n.shop.svc', 'what is no name'],
    ['db-*', 'db-1.evil.com', 'a name in another domain'],
    ['10.0.0.*', '10.0.0.evil', 'a name that begins as an address'],
    ['10.*', '10.1', 'a short spelling of an address'],
    ['10.0.0.7', '167772167', 'an address as one number'],
    ['10.0.0.7', '::ffff:10.0.0.7', 'an address in another family'],
    ['db:5432', 'db:5432', 'a port in the name'],
    ['/run/postgresql', '/run/POSTGRESQL', 'another folder'],
    ['/run/postgresql', '/run/postgresql/../other', 'another folder'],
  ])('%s is not about %s: %s', (pattern, host) => {
    expect(within(pattern, host)).toBe(false);
  });

  test('has the port that is named, or any', () => {
    expect(within('db:5432', 'db', 5433)).toBe(false);
    expect(within('db', 'db', 5433)).toBe(true);
    expect(within('[::1]:5433', '::1', 5433)).toBe(true);
  });
});

describe('a connection', () => {
  const point = { host: 'db', port: 5432, database: 'shop', user: 'manager' };

  test('within bounds leads to an allowed database, as an allowed role', () => {
    const fields = 'hosts: [db], databases: [shop], connected_roles: [manager]';
    expect(refusedConnection(fields, point)).toEqual([]);
  });

  test.each([
    ['hosts: [other]', 'connects to host that a Secret names, but hosts are other'],
    ['hosts: []', 'connects to host that a Secret names, but hosts is empty'],
    ['databases: [other]', 'connects to database that a Secret names, but databases are other'],
    ['connected_roles: [a]', 'connects as role that a Secret names, but connected_roles are a'],
  ])('is refused by %s, and the message does not repeat a value from a Secret', (fields, line) => {
    expect(refusedConnection(fields, point)).toEqual([line]);
  });

  test('is checked for every host of a list, because the choice is made when connecting', () => {
    const at = (...hosts: string[]) => ({
      ...point,
      otherHosts: hosts.map((host) => ({ host, port: 5432 })),
    });
    expect(refusedConnection('hosts: [db, db2]', at('db2'))).toEqual([]);
    expect(refusedConnection('hosts: [db, db2]', at('db2', 'evil.com'))).toHaveLength(1);
    const params =
      'connection: { params: { host: "db,evil.com", dbname: d, username: u, password: p } }';
    expect(refusedConnection('hosts: [db]', at('evil.com'), 'roles: []', params)).toEqual([
      'connects to host "evil.com:5432", but hosts are db',
    ]);
  });

  test('is reported in full if the policy itself contains it', () => {
    const params =
      'connection: { params: { host: db, dbname: shop, username: me, password: p, setRole: boss } }';
    const lines = refusedConnection(
      'hosts: [x], databases: [x], connected_roles: [me]',
      { ...point, user: 'me', role: 'boss' },
      'roles: []',
      params,
    );
    expect(lines).toEqual([
      'connects to host "db:5432", but hosts are x',
      'connects to database "shop", but databases are x',
      'connects as role "boss", but connected_roles are me',
    ]);
  });

  test('is checked for the role of setRole, not for its login', () => {
    const fields = 'connected_roles: [shop-manager]';
    expect(refusedConnection(fields, { ...point, role: 'shop-manager' })).toEqual([]);
    expect(
      refusedConnection(fields, { ...point, user: 'shop-manager', role: 'boss' }),
    ).toHaveLength(1);
    expect(refusedConnection(fields, point)).toHaveLength(1);
  });

  test.each(['user', 'role'])('never makes %s a role of the tenant, whatever its name', (field) => {
    const at = { ...point, [field]: 'shop-manager' };
    const joins = 'memberships: [{ role: shop-manager, members: [{ name: shop-app }] }]';
    const starts = 'roles: [{ name: shop-app, config: { role: shop-manager } }]';
    for (const spec of [joins, starts]) {
      expect(refused('roles: [shop-*]', spec)).toEqual([]);
      expect(refusedConnection('roles: [shop-*]', at, spec)).toHaveLength(1);
      expect(refusedConnection('roles: [shop-*], groups: [shop-manager]', at, spec)).toEqual([]);
      expect(refusedConnection('roles: [shop-*]', point, spec)).toEqual([]);
    }
  });

  test.each(['databases: [shop]', 'schemas: [s]'])(
    'under %s changes access only to its own database',
    (fields) => {
      const spec = (name: string) =>
        `grants: [{ role: a, privileges: [CONNECT], object: { type: database, name: ${name} } }]`;
      expect(refusedConnection(fields, point, spec('shop'))).toEqual([]);
      expect(refusedConnection(fields, point, spec('other'))).toHaveLength(1);
      const given = 'ownership: [{ owner: a, object: { type: database, name: other } }]';
      expect(refusedConnection(fields, point, given)).toHaveLength(1);
    },
  );

  const withIdentity =
    'connection: { params: { host: db, dbname: shop, username: m, auth: { type: aws_rds_iam } } }';

  test('has a cloud identity only under bounds with hosts and connected_roles', () => {
    const refusedWith = (fields: string) => refused(fields, 'roles: []', withIdentity);
    const what = 'logs in with the cloud identity aws_rds_iam';
    expect(refusedWith('modes: [apply]')).toEqual([
      `${what}, but no rule about the namespace has hosts or connected_roles`,
    ]);
    expect(refusedWith('hosts: [db]')).toEqual([
      `${what}, but no rule about the namespace has connected_roles`,
    ]);
    expect(refusedWith('connected_roles: [m]')).toHaveLength(1);
    expect(refusedWith('hosts: [db], connected_roles: [m]')).toEqual([]);
    expect(refused('modes: [apply]', 'roles: []')).toEqual([]);
  });

  test('can use the allowed cloud identities, and other bounds still apply', () => {
    const bounded = 'hosts: [db], connected_roles: [m]';
    const refusedWith = (fields: string) => refused(fields, 'roles: []', withIdentity);
    expect(refusedWith(`${bounded}, cloud_identities: [aws_rds_iam]`)).toEqual([]);
    expect(refusedWith(`${bounded}, cloud_identities: [gcp_workload_identity]`)).toEqual([
      'logs in with the cloud identity aws_rds_iam, but cloud_identities are gcp_workload_identity',
    ]);
    expect(refusedWith(`${bounded}, cloud_identities: []`)).toHaveLength(1);
    expect(refusedWith('cloud_identities: [aws_rds_iam]')).toHaveLength(1);
  });

  test('uses zones only under bounds that name them, and always the default zone until then', () => {
    const inZone = (zone: string) => `connection: { secretRef: { name: db }, zone: ${zone} }`;
    const refusedWith = (fields: string, connection?: string) =>
      refused(fields, 'roles: []', connection);
    expect(refusedWith('modes: [apply]', inZone('eu'))).toEqual([
      'uses zone "eu", but no rule about the namespace has zones',
    ]);
    expect(refusedWith('modes: [apply]', inZone('default'))).toEqual([]);
    expect(refusedWith('modes: [apply]')).toEqual([]);
    expect(refusedWith('zones: [eu]', inZone('eu'))).toEqual([]);
    expect(refusedWith('zones: [eu-*]', inZone('us'))).toEqual([
      'uses zone "us", but zones are eu-*',
    ]);
    expect(refusedWith('zones: [eu]')).toEqual(['uses zone "default", but zones are eu']);
    expect(refusedByAll(['modes: [apply]', 'zones: [eu]'], 'roles: []', inZone('eu'))).toEqual([]);
  });

  test('must satisfy several rules together', () => {
    const rules = (...fields: string[]) =>
      refusedByAll(fields, 'roles: []', withIdentity).map((line) => line.split(':')[0]);
    expect(rules('hosts: [db]', 'connected_roles: [m]')).toEqual([]);
    expect(rules('hosts: [db]', 'modes: [apply]')).toEqual(['rule r0']);
    expect(rules()).toEqual([]);
  });

  test('uses only allowed Secrets, whichever field names one', () => {
    const fields = 'connection_secrets: [shop-*]';
    expect(refused(fields, 'roles: []')).toEqual([
      'reads its connection from Secret "db", but connection_secrets are shop-*',
    ]);
  });
});

describe('a policy that was deleted', () => {
  const grants = (role: string, schema: string) =>
    `grants: [{ role: ${role}, privileges: [SELECT], object: { type: table, schema: ${schema}, name: t } }]`;

  test('revokes from its own roles what is out of bounds by now', () => {
    const fields =
      'roles: [shop-*], schemas: [shop], modes: [plan], forbidden_privileges: [{ privileges: [SELECT] }]';
    const member = 'memberships: [{ role: boss, members: [{ name: shop-app }] }]';
    expect(refusedLeaving(fields, `${grants('shop-app', 'other')}\n${member}`, [])).toEqual([]);
    expect(refusedLeaving(fields, grants('old-app', 'other'), ['old-app'])).toEqual([]);
  });

  test('revokes nothing from other roles that its spec named later', () => {
    const fields = 'roles: [shop-*], schemas: [shop]';
    expect(refusedLeaving(fields, grants('victim', 'shop'), ['shop-app'])).toHaveLength(1);
    expect(refusedLeaving(fields, grants('PUBLIC', 'public'), ['shop-app'])).toHaveLength(1);
    const member = 'memberships: [{ role: boss, members: [{ name: victim }] }]';
    expect(refusedLeaving(fields, member, ['shop-app'])).toHaveLength(1);
    const defaults =
      'default_privileges: [{ owner: boss, schema: shop, grant: [{ role: victim, privileges: [SELECT], on_type: table }] }]';
    expect(refusedLeaving(fields, defaults, ['shop-app'])).toHaveLength(2);
  });
});
