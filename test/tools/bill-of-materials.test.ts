import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { billOfMaterials, type Lockfile } from '../../tools/images/bill-of-materials.ts';

const lockfile = {
  name: 'pgwarden',
  version: '1.2.3',
  packages: {
    '': {},
    'node_modules/pg': { version: '8.0.0', license: 'MIT', integrity: 'sha512-AAEC' },
    'node_modules/@scope/one': { version: '2.0.0' },
    'node_modules/pg/node_modules/@scope/one': { version: '1.0.0' },
    'node_modules/elsewhere/node_modules/pg': { version: '8.0.0', license: 'MIT' },
    'node_modules/jest': { version: '30.0.0', dev: true },
  },
};

test('every production package is listed once per version, with licence and checksum, and no development package is', () => {
  expect(billOfMaterials(lockfile)).toMatchObject({
    metadata: { component: { type: 'application', name: 'pgwarden', version: '1.2.3' } },
    components: [
      { name: '@scope/one', version: '1.0.0', purl: 'pkg:npm/%40scope/one@1.0.0' },
      { name: '@scope/one', version: '2.0.0', purl: 'pkg:npm/%40scope/one@2.0.0' },
      { name: 'pg', purl: 'pkg:npm/pg@8.0.0', licenses: [{ expression: 'MIT' }] },
    ],
  });
});

test('a checksum has hexadecimal digits', () => {
  const { packages, ...project } = lockfile;
  const { 'node_modules/pg': pg } = packages;
  expect(billOfMaterials({ ...project, packages: { 'node_modules/pg': pg } })).toMatchObject({
    components: [{ hashes: [{ alg: 'SHA-512', content: '000102' }] }],
  });
});

test('packages that production shares with development are listed too', () => {
  const ours = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lockfile;
  const text = JSON.stringify(billOfMaterials(ours));
  for (const name of ['pg', 'zod', '%40temporalio/worker', '%40grpc/grpc-js', 'webpack'])
    expect(text).toContain(`"pkg:npm/${name}@`);
  expect(text).not.toContain('"pkg:npm/jest@');
});
