import { expect, test } from '@jest/globals';
import type { ConnectionTarget } from '../../postgres/contract.ts';
import { targetFromUrl } from '../../postgres/target.ts';

const plain: ConnectionTarget = {
  host: 'db',
  port: 5432,
  database: 'app',
  user: 'me',
  password: 'pw',
  role: undefined,
  sslMode: 'prefer',
};

test.each<[string, Partial<ConnectionTarget>]>([
  ['postgresql://me:pw@db/app', {}],
  ['postgres://me:pw@db:6432/app', { port: 6432 }],
  ['postgresql://me@db/app', { password: undefined }],
  ['postgresql://me:@db/app', { password: undefined }],
  ['postgresql://me:pw@DB.Example.com/app', { host: 'DB.Example.com' }],
  ['postgresql://me:p%40s%2Fs%3A%25w%20d@db/app', { password: 'p@s/s:%w d' }],
  ['postgresql://me:p+w#%C3%A9@db/app', { password: 'p+w#é' }],
  ['postgresql://me:p@w@db/app', { password: 'p@w' }],
  ['postgresql://m%3Ae:pw@db/a%2Fp+p', { user: 'm:e', database: 'a/p+p' }],
  ['postgresql://me:pw@[2001:db8::1]:5433/app', { host: '2001:db8::1', port: 5433 }],
  ['postgresql://me:pw@[::1]/app', { host: '::1' }],
  [
    'postgresql:///app?host=/var/run/postgresql&user=me&password=pw',
    { host: '/var/run/postgresql' },
  ],
  ['postgresql://me:pw@/app?host=%2Ftmp&port=5433', { host: '/tmp', port: 5433 }],
  ['postgresql://me:pw@%2Fvar%2Frun%2Fpostgresql/app', { host: '/var/run/postgresql' }],
  ['postgresql://me:pw@db?dbname=app', {}],
  ['postgresql://me:pw@db/app?sslmode=verify-full', { sslMode: 'verify-full' }],
  ['postgresql://me:pw@db/app?ssl=true', { sslMode: 'require' }],
  ['postgresql://me:pw@db/app?sslmode=require&channel_binding=require&x', { sslMode: 'require' }],
  ['postgresql://me:pw@db/app?role=app%20owner', { role: 'app owner' }],
  ['postgresql://me:pw@db/app?role=', {}],
])('%s is read as libpq reads it', (url, difference) => {
  expect(targetFromUrl(url)).toEqual({ ...plain, ...difference });
});

test.each([
  ['', 'is not a postgresql:// URL'],
  ['mysql://me:hunter2@db/app', 'is not a postgresql:// URL'],
  ['postgresql:/me:hunter2@db/app', 'is not a postgresql:// URL'],
  ['postgresql://me:hunter2@/app', 'names no host'],
  ['postgresql://me:hunter2@db', 'names no database'],
  ['postgresql://me:hunter2@db/', 'names no database'],
  ['postgresql://db/app?password=hunter2', 'names no user'],
  ['postgresql://me:hunter2@db1:5432,db2:5432/app', 'names no single host with a port'],
  ['postgresql://me:hunter2@db:54a/app', 'names no single host with a port'],
  ['postgresql://me:hunter2@db:99999/app', 'has a port that is not a number from 1 to 65535'],
  ['postgresql://me:hun/ter2@db/app', 'is not a postgresql:// URL'],
  ['postgresql://me@corp:12/hunter2@db/app', 'is not a postgresql:// URL'],
  ['postgresql://me:hunter2%@db/app', 'has a percent sign that encodes nothing: write %25'],
  ['postgresql://me:hunter2@db/app?sslmode=hunter2', 'has an sslmode that is none of disable,'],
  ['postgresql://me:pw@db/app?role=none', 'has a role that cannot be one'],
  [`postgresql://me:pw@db/app?role=${'hunter2'.repeat(10)}`, 'has a role that cannot be one'],
])('%s is refused, and no part of it is repeated', (url, why) => {
  const read = () => targetFromUrl(url);
  expect(read).toThrow(`the connection URL ${why}`);
  expect(read).toThrow(expect.objectContaining({ code: 'InvalidConnectionParams' }));
  expect(read).not.toThrow(/hun|ter2|app|db1/);
});
