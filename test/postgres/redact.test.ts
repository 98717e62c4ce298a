import { domainToASCII } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Refusal } from '../../core/refusal.ts';
import { checkDatabase } from '../../postgres/check.ts';
import type { ConnectionTarget } from '../../core/connection/target.ts';
import { openDatabase } from '../../postgres/pool.ts';
import { withoutHidden } from '../../postgres/redact.ts';
import { targetFromUrl } from '../../core/connection/target-from-url.ts';
import { graphOf } from '../core/parsed.ts';
import { refusalOf } from '../setup/refusal-of.ts';
import { openRig, someMajors, type Rig } from './rig.ts';
import fc from 'fast-check';

const target = targetFromUrl('postgresql://me:pw@db/app');

function redacted(message: string, ...hidden: string[]): string {
  const refusal = new Refusal('ApplyFailed', message, '', [message]);
  const { message: left, details } = withoutHidden(refusal, { ...target, hidden });
  expect(details).toEqual([left]);
  return left;
}

/** As PostgreSQL truncates a name: at 63 bytes, between two characters. */
function clipped(name: string): string {
  let kept = '';
  for (const letter of name) {
    if (Buffer.byteLength(kept + letter) > 63) break;
    kept += letter;
  }
  return kept;
}

describe('a name that came from a Secret', () => {
  const long = 'Pässwörd-mit-Ümläuten-'.repeat(4);

  test.each<[string, string, string]>([
    ['as it is', 'hunter2', 'hunter2'],
    ['in capitals', 'Hunter2Hunter2', 'HUNTER2hunter2'],
    ['cut at 63 bytes', long, clipped(long)],
    ['cut at 63 characters', long, long.slice(0, 63)],
    ['cut by the end of a message', long, long.slice(0, 12)],
    ['in double quotes of JSON', 'hun"ter\\2-and-more', 'hun\\"ter\\\\2-and-more'],
    ['in double quotes of SQL', 'hun"ter2-and-more', 'hun""ter2-and-more'],
    ['in single quotes of SQL', "hun'ter2-and-more", "hun''ter2-and-more"],
    ['in a URL', 'hun/ter2 é and more', 'hun%2Fter2%20%C3%A9%20and%20more'],
    ['as a name of DNS', 'pässwörd.example', domainToASCII('pässwörd.example')],
    ['with white space as one blank', 'hunter2\n\t and more', 'hunter2 and more'],
    ['without white space around it', '  hunter2 and more\n', 'hunter2 and more'],
  ])('is removed %s', (_how, name, shown) => {
    const quoted = `database "${shown}" does not exist`;
    expect(redacted(quoted, name)).toBe('database "(from a Secret)" does not exist');
  });

  test('is removed wherever PostgreSQL may truncate it', () => {
    const letter = fc.constantFrom(...'a é € 🐘 Z 9 " \' % _'.split(' '), ' ');
    const name = fc.string({ unit: letter, minLength: 9, maxLength: 120 });
    fc.assert(
      fc.property(name, fc.integer({ min: 9 }), (hidden, cut) => {
        const shown = Array.from(clipped(hidden)).slice(0, cut).join('');
        expect(redacted(`<${shown}>`, hidden)).toBe('<(from a Secret)>');
      }),
    );
  });

  test('that is short stays where it is part of a word', () => {
    expect(redacted('the database at a', 'a')).toBe('the database at (from a Secret)');
  });
});

describe.each(someMajors)('an error message of PostgreSQL %d', (major) => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await openRig(major);
  });
  afterAll(() => rig.close());

  const names = ['é'.repeat(60), '€'.repeat(60), `a${'é'.repeat(60)}`, '🐘'.repeat(30)];

  test.each(names)('at the login repeats no name %s', async (name) => {
    const known = targetFromUrl(rig.url);
    const changes: Partial<ConnectionTarget>[] = [
      { database: name, hidden: [name] },
      { user: name, password: 'x', hidden: [name] },
      { host: `${name}.invalid`, hidden: [`${name}.invalid`] },
    ];
    for (const change of changes) {
      const database = openDatabase({ ...known, ...change });
      const refusal = await refusalOf(checkDatabase(database, graphOf('roles: []')));
      await database.close();
      expect(JSON.stringify([refusal.message, refusal.hint, refusal.details])).not.toMatch(
        /[é€🐘]/u,
      );
      expect(refusal.message).toMatch(/^the server|^cannot reach database/);
    }
  });

  test.each(names)(
    'about a statement repeats no name %s, although it truncates it',
    async (name) => {
      const database = openDatabase({ ...targetFromUrl(rig.url), hidden: [name] });
      const work = database.use(({ client }) => client.query(`SELECT FROM "${name}"`));
      const { message } = await refusalOf(work);
      await database.close();
      expect(message).toBe('relation "(from a Secret)" does not exist (SQLSTATE 42P01)');
    },
  );

  test('at the login is kept if the names are in the policy', async () => {
    const database = openDatabase({ ...targetFromUrl(rig.url), database: 'nowhere_at_all' });
    const refusal = await refusalOf(checkDatabase(database, graphOf('roles: []')));
    await database.close();
    expect(refusal.message).toBe('database "nowhere_at_all" does not exist (SQLSTATE 3D000)');
  });
});
