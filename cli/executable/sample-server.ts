import { Duplex } from 'node:stream';
import pg from 'pg';
import type { InspectionRow } from '../../postgres/inspect.ts';
import { rowTypes } from '../../postgres/row-types.ts';
import type { SessionRow } from '../../postgres/session.ts';

/** A client of a server that is only a few answers in memory: its catalog has these rows. */
export function sampleClient(rows: readonly object[]): pg.Client {
  let isStarted = false;
  const stream = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      stream.push(isStarted ? answersTo(chunk, rows) : greeting);
      isStarted = true;
      done();
    },
  });
  // What node-postgres expects of a socket.
  const socket = Object.assign(stream, {
    connect() {
      process.nextTick(() => stream.emit('connect'));
    },
    setNoDelay: () => stream,
    ref: () => undefined,
    unref: () => undefined,
  });
  return new pg.Client({
    ...{ host: 'localhost', port: 5432, database: 'sample', user: 'sample' },
    ...{ password: () => '', ssl: false, stream: () => socket, types: rowTypes },
  });
}

/** Source: PostgreSQL manual, 54.7 Message Formats. */
function message(type: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

const ready = message('Z', Buffer.from('I'));
const greeting = Buffer.concat([message('R', int32(0)), ready]);

/** One answer for each statement of a message with a query. */
function answersTo(chunk: Buffer, rows: readonly object[]): Buffer {
  const statements = chunk.toString('utf8', 5).split(';\n');
  return Buffer.concat([...statements.map((text) => answerTo(text, rows)), ready]);
}

function answerTo(text: string, rows: readonly object[]): Buffer {
  const complete = message('C', cString('SELECT 1'));
  const row = text.includes('pg_backend_pid')
    ? sessionRow
    : text.includes('found (fact)')
      ? inspectionRow(rows)
      : undefined;
  return row === undefined ? complete : Buffer.concat([...rowMessages(row), complete]);
}

type Row = Readonly<Record<string, string | number | boolean | null>>;

const sessionRow: SessionRow = {
  ...{
    version: 180_000,
    pid: 1,
    readsIdentity: true,
    readsPasswords: false,
    login: 'sample',
    user: 'sample',
  },
  ...{ database: 'sample', standby: false, readonly: 'off', transactionMs: null },
};

function inspectionRow(rows: readonly object[]): InspectionRow {
  return {
    ...{ system: '1', major: 18, database: 'sample', user: 'sample', login: 'sample' },
    ...{ superuser: true, bootstrap: 'sample', triggers: '[]', fingerprint: null },
    rights: JSON.stringify({
      ...{ ways: [], usable: [], service: null, settable: [], grantable: [], inherited: [] },
      ...{ attributes: [], selfGranted: [], closedSchemas: [], createsSchemas: true },
    }),
    passwords: JSON.stringify({ verifiers: null, encryption: 'scram-sha-256', iterations: 4096 }),
    rows: JSON.stringify(rows),
  };
}

function rowMessages(row: Row): readonly Buffer[] {
  const names = Object.keys(row);
  const columns = names.map((name) => {
    const type = Buffer.concat([
      int32(typeOf(row[name])),
      Buffer.alloc(2),
      int32(-1),
      Buffer.alloc(2),
    ]);
    return Buffer.concat([cString(name), Buffer.alloc(6), type]);
  });
  const values = names.map((name) => valueOf(row[name]));
  return [
    message('T', int16(names.length), ...columns),
    message('D', int16(names.length), ...values),
  ];
}

/** Types `bool`, `int4` and `text`. */
function typeOf(value: Row[string] | undefined): number {
  if (typeof value === 'boolean') return 16;
  return typeof value === 'number' ? 23 : 25;
}

function valueOf(value: Row[string] | undefined): Buffer {
  if (value === null || value === undefined) return int32(-1);
  const text = Buffer.from(typeof value === 'boolean' ? String(value).charAt(0) : String(value));
  return Buffer.concat([int32(text.length), text]);
}

function cString(text: string): Buffer {
  return Buffer.from(`${text}\0`);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}
