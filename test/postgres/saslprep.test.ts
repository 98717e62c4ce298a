import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { isScramVerifierOf } from '../../postgres/scram.ts';
import type { Rig } from './rig.ts';
import { openRig, someMajors } from './rig.ts';

const [newest] = someMajors.slice(-1);

let rig: Rig;
beforeAll(async () => {
  if (newest === undefined) throw new RangeError('no PostgreSQL to test with');
  rig = await openRig(newest);
});
afterAll(() => rig.close());

/** Characters whose direction NFKC changes: see `preparedPassword`. */
const directionChanges =
  /[\u2135-\u2138\ufc5e-\ufc63\ufe70\ufe72\ufe74\ufe76\ufe78\ufe7a\ufe7c\ufe7e]/;

/** Every character that NFKC changes, inside a word, and every hundredth of the others, which are all alike. */
function passwords(): string[] {
  const characters = Array.from({ length: 0x32000 - 0x80 }, (_, index) => index + 0x80)
    .filter((code) => code < 0xd800 || code > 0xdfff)
    .map((code) => String.fromCodePoint(code));
  return characters
    .filter((character, index) => character !== character.normalize('NFKC') || index % 100 === 0)
    .filter((character) => !directionChanges.test(character))
    .map((character) => `${character}b`);
}

/** The verifier that the server makes of each password, with the least possible number of iterations. */
async function serverVerifiers(role: string, words: readonly string[]): Promise<string[]> {
  await rig.sql(`CREATE ROLE ${role}`);
  if ((newest ?? 0) >= 16) await rig.sql('SET scram_iterations = 1');
  await rig.sql(`
    CREATE FUNCTION verifiers(passwords text[]) RETURNS SETOF text LANGUAGE plpgsql AS $$
      DECLARE password text;
      BEGIN
        FOREACH password IN ARRAY passwords LOOP
          EXECUTE format('ALTER ROLE ${role} PASSWORD %L', password);
          RETURN NEXT (SELECT rolpassword FROM pg_authid WHERE rolname = '${role}');
        END LOOP;
      END $$`);
  const verifiers: string[] = [];
  for (let start = 0; start < words.length; start += 200) {
    const some = JSON.stringify(words.slice(start, start + 200)).replaceAll("'", "''");
    const { rows } = await rig.sql(
      `SELECT v FROM verifiers(ARRAY(SELECT jsonb_array_elements_text('${some}'))) v`,
    );
    verifiers.push(...(rows as { v: string }[]).map(({ v }) => v));
  }
  return verifiers;
}

test('every character is prepared as the server prepares it', async () => {
  const words = ['\u00ad', '\u00ad\u200d', 'bell\u0007é', ...passwords()];
  const verifiers = await serverVerifiers(rig.role('saslprep'), words);
  expect(verifiers.length).toBeGreaterThan(6000);
  const fits = await Promise.all(
    words.map((word, index) => isScramVerifierOf(word, verifiers[index] ?? '')),
  );
  const different = words.filter((_, index) => fits[index] !== true);
  expect(different.map((word) => word.codePointAt(0)?.toString(16))).toEqual([]);
});
