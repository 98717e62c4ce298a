import { expect, test } from '@jest/globals';
import { blocks } from '../docs/pages.ts';
import { rowsOf } from '../setup/rows.ts';
import { cliRig, inSync } from './cli-rig.ts';

const page = 'coming-from/sql.md';
const rig = cliRig();

test('the manifest of the page on SQL scripts finds nothing to change after its script', async () => {
  const names = ['shop_owner', 'shop_reader', 'ana'].map((name) => [name, rig.newRole()] as const);
  const renamed = ([text = '']: readonly string[]) =>
    names.reduce(
      (all, [name, role]) => all.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), role),
      text,
    );
  await rowsOf(rig.database.url, renamed(blocks(page, 'sql')));
  const manifest = renamed(blocks(page, 'yaml'));
  expect((await rig.run(['diff'], manifest)).stderr).toBe(`${inSync}\n`);
  await rowsOf(rig.database.url, renamed(['REVOKE shop_reader FROM ana']));
  expect((await rig.run(['diff'], manifest)).code).toBe(2);
});
