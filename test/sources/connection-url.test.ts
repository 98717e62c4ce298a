import { expect, test } from '@jest/globals';
import { Refusal } from '../../core/refusal.ts';
import type { ConnectionTarget } from '../../core/connection/target.ts';
import { targetFromUrl } from '../../core/connection/target-from-url.ts';
import fc from 'fast-check';

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
  ['postgresql://me:p+w%23%C3%A9@db/app', { password: 'p+w#é' }],
  ['postgresql://me:p%40w,x@db/app', { password: 'p@w,x' }],
  ['postgresql://me:p%0Aw%7F@db/app', { password: 'p\nw\x7f' }],
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
  [
    'postgresql://me:pw@db/app?sslmode=require&channel_binding=require&',
    { sslMode: 'require', channelBinding: 'require' },
  ],
  // Without sslmode pgwarden would accept a server without TLS, which cannot use channel binding.
  [
    'postgresql://me:pw@db/app?channel_binding=require',
    { sslMode: 'require', channelBinding: 'require' },
  ],
  ['postgresql://me:pw@db/app?channel_binding=disable', { channelBinding: 'disable' }],
  ['postgresql://me:pw@db/app?sslrootcert=system', { sslMode: 'verify-full' }],
  ['postgresql://me:pw@db/app?target_session_attrs=any', { sessionAttributes: 'any' }],
  [
    'postgresql://me:pw@h1:5433,[::1],h3:/app?target_session_attrs=read-write',
    {
      ...{ host: 'h1', port: 5433, sessionAttributes: 'read-write' },
      otherHosts: [
        { host: '::1', port: 5432 },
        { host: 'h3', port: 5432 },
      ],
    },
  ],
  [
    'postgresql:///app?host=h1,h2&port=5433&user=me&password=pw&target_session_attrs=primary',
    {
      ...{ host: 'h1', port: 5433, sessionAttributes: 'read-write' },
      otherHosts: [{ host: 'h2', port: 5433 }],
    },
  ],
  [
    'postgresql://me:pw@h1,h2:5434/app?port=5432,5433',
    { host: 'h1', otherHosts: [{ host: 'h2', port: 5433 }] },
  ],
  ['postgresql://me:pw@db/app?role=app%20owner', { role: 'app owner' }],
  ['postgresql://me:pw@db/app?role=', {}],
])('%s is read as libpq reads it', (url, difference) => {
  expect(targetFromUrl(url)).toEqual({ ...plain, ...difference });
});

const unencoded = 'has a character that must be percent-encoded';

test.each([
  ['', 'is not a postgresql:// URL'],
  ['mysql://me:hunter2@db/app', 'is not a postgresql:// URL'],
  ['postgresql:/me:hunter2@db/app', 'is not a postgresql:// URL'],
  ['postgresql://me:hunter2@/app', 'names no host'],
  ['postgresql://me:hunter2@db', 'names no database'],
  ['postgresql://me:hunter2@db/', 'names no database'],
  ['postgresql://db/app?password=hunter2', 'names no user'],
  ['postgresql://me:hunter2@db1:5432,:5433/app', 'has a host that has an empty entry'],
  [
    'postgresql://me:hunter2@db1,db2,db3/app?port=1,2',
    'has a port that has neither one entry nor one for each host',
  ],
  [`postgresql://me:pw@${'db1,'.repeat(16)}db1/app`, 'has a host that has more than 16 entries'],
  ['postgresql://me:hunter2@db:54a/app', 'has a host and port that cannot be read'],
  ['postgresql://me:hunter2@db:99999/app', 'has a port that is not a number from 1 to 65535'],
  ['postgresql://me:pw@a%2Cb/app', unencoded],
  ['postgresql://me:pw@a%20b/app', 'has a host that is not a host'],
  // A password with unusual characters: no part of it is read as something else.
  ['postgresql://u:hun@ss/w#?@host/t', unencoded],
  ['postgresql://me:hun/ter2@db/app', unencoded],
  ['postgresql://me:5432/hunter2@db/app', unencoded],
  ['postgresql://me@corp:12/hunter2@db/app', unencoded],
  ['postgresql://me:hun@ter2@db/app', unencoded],
  ['postgresql://me:hun?ter2@db/app', unencoded],
  ['postgresql://me:5432?ter2=@db/app', unencoded],
  ['postgresql://me:hun#ter2@db/app', unencoded],
  ['postgresql://me:hun:ter2@db/app', unencoded],
  ['postgresql://me:hun ter2@db/app', unencoded],
  ['postgresql://me:hun\tter2@db/app', unencoded],
  ['postgresql://me:hun\0ter2@db/app', unencoded],
  ['postgresql://me:pw@db/app/hunter2', unencoded],
  ['postgresql://me:pw@db/app?dbname=a@b', unencoded],
  ['postgresql://me:hunter2%@db/app', 'has a percent sign that encodes nothing: write %25'],
  ['postgresql://me:hunter2%zz@db/app', 'has a percent sign that encodes nothing: write %25'],
  // The startup packet ends a value with NUL, and a log ends a line with a line feed.
  ['postgresql://me:pw@db/app%00user%00postgres', 'has a database that contains a NUL character'],
  ['postgresql://me%00database%00app:pw@db/app', 'has a user that contains a NUL character'],
  ['postgresql://me:hunter%002@db/app', 'has a password that contains a NUL character'],
  ['postgresql://me:pw@db%00.app/app', 'has a host that contains a NUL character'],
  ['postgresql://me:pw@db%0a/app', 'has a host that contains U+000A, a control character'],
  ['postgresql://me:pw@db/app%0d', 'has a database that contains U+000D, a control character'],
  [
    'postgresql://me:pw@db/app?user=m%C2%85e',
    'has a user that contains U+0085, a control character',
  ],
  ['postgresql://me:pw@db/app?dbname=%E2%80%A8x', 'has a database that contains U+2028'],
  [`postgresql://${'é'.repeat(32)}:pw@db/app`, 'has a user that is longer than 63 bytes'],
  ['postgresql://me:pw@db/app?role=none', 'has a role that cannot be one'],
  ['postgresql://me:pw@db/app?role=a%00b', 'has a role that cannot be one'],
  ['postgresql://me:pw@db/app?role=a%0ab', 'has a role that cannot be one'],
  [`postgresql://me:pw@db/app?role=${'hunter2'.repeat(10)}`, 'has a role that cannot be one'],
])('%s is refused, and the error does not repeat any of it', (url, why) => {
  expectRefused(url, why);
});

test.each([
  ['sslmode=hunter2', 'has a parameter sslmode with a value other than disable,'],
  ['sslmode=', 'has a parameter sslmode with a value other than disable,'],
  ['sslmod=verify-full', 'has an unknown parameter (did you mean sslmode?)'],
  ['SSLMODE=verify-full', 'has an unknown parameter (did you mean sslmode?)'],
  ['Host=x', 'has an unknown parameter (did you mean host?)'],
  ['sslmode=require&sslmode=disable', 'has a parameter twice'],
  ['ssl%6dode=require&sslmode=disable', 'has a parameter twice'],
  ['password=a&hunter2=b', 'has an unknown parameter'],
  ['sslmode', 'has a parameter without a value'],
  ['ssl=false', 'has a parameter ssl with a value other than true'],
  [
    'channel_binding=on',
    'has a parameter channel_binding with a value other than disable, prefer, require',
  ],
  ['channel_binding=require&sslmode=disable', 'has an sslmode that is disable, which does without'],
  ['sslrootcert=system&sslmode=require', 'has sslrootcert=system, which needs sslmode=verify-full'],
  ['sslrootcert=/etc/hunter2', 'has the parameter sslrootcert, which names a file of the worker'],
  ['target_session_attrs=standby', 'has a target_session_attrs other than any, read-write'],
  ['sslcert=hunter2', 'has the parameter sslcert, which names a file of the worker'],
  ['sslkey=hunter2', 'has the parameter sslkey, which names a file of the worker'],
  ['sslcrl=hunter2', 'has the parameter sslcrl'],
  ['passfile=hunter2', 'has the parameter passfile, which names a file of the worker'],
  ['service=hunter2', 'has the parameter service, which names a file of the worker'],
  ['options=-c%20search_path%3Dhunter2', 'has the parameter options, which is not supported'],
  ['hostaddr=10.0.0.1', 'has the parameter hostaddr, which is not supported'],
  ['require_auth=scram-sha-256', 'has the parameter require_auth, which is not supported'],
  ['gssencmode=require', 'has the parameter gssencmode, which is require'],
  ['replication=database', 'has the parameter replication, which is not supported'],
  [
    'sslnegotiation=direct',
    'has the parameter sslnegotiation, which is supported only as postgres',
  ],
  ['ssl_min_protocol_version=TLSv1.3', 'has the parameter ssl_min_protocol_version, which'],
  ['ssl_max_protocol_version=TLSv1.2', 'has the parameter ssl_max_protocol_version, which'],
  ['sslsni=0', 'has the parameter sslsni, which is supported only as 1'],
  ['sslcertmode=disable', 'has the parameter sslcertmode, which is supported only as allow'],
  ['client_encoding=latin1', 'has the parameter client_encoding, which is supported only as'],
  ['load_balance_hosts=random', 'has the parameter load_balance_hosts, which is supported only as'],
])('the parameter %s is refused by name, never ignored', (parameter, why) => {
  expectRefused(`postgresql://me:pw@db/app?${parameter}`, why);
});

test.each([
  'application_name=x&fallback_application_name=y&connect_timeout=10',
  'keepalives=1&keepalives_idle=60&keepalives_interval=5&keepalives_count=3&tcp_user_timeout=1',
  'gssencmode=disable&client_encoding=UTF8&replication=false&sslnegotiation=postgres&sslsni=1',
  'gssencmode=prefer&ssl_min_protocol_version=TLSv1.2&ssl_max_protocol_version=TLSv1.3',
])('the parameters %s are accepted, because pgwarden does that anyway', (parameters) => {
  expect(targetFromUrl(`postgresql://me:pw@db/app?${parameters}`)).toEqual(plain);
});

test('no part of a password appears in a message or target, whatever characters it has', () => {
  const odd = fc.string({
    unit: fc.constantFrom(...'@ / # ? : % & = , [ ] ! A 9 é'.split(' '), ' ', '\t'),
    maxLength: 12,
  });
  fc.assert(
    fc.property(odd, odd, (before, after) => {
      const url = `postgresql://me:${before}Hunter2${after}@db/app`;
      try {
        const { password, ...others } = targetFromUrl(url);
        expect(password).toContain('Hunter2');
        expect(others).toEqual(
          expect.objectContaining({ host: 'db', database: 'app', user: 'me' }),
        );
        expect(JSON.stringify(others)).not.toContain('Hunter2');
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        expect(`${error.message} ${error.hint}`).not.toContain('Hunter2');
      }
    }),
    { numRuns: 1_000 },
  );
});

function expectRefused(url: string, why: string): void {
  const read = () => targetFromUrl(url);
  expect(read).toThrow(`the connection URL ${why}`);
  expect(read).toThrow(expect.objectContaining({ code: 'InvalidConnectionParams' }));
  expect(read).not.toThrow(/hun|ter2|app\b|db1/);
}
