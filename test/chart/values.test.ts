import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { chart, chartFile, installations, template } from './helm.ts';
import { valuesSchema } from './values-schema.ts';

const file = `${chart}/values.schema.json`;

test('values.schema.json is the output of `UPDATE_CHART=1`: all values, each with its comment', () => {
  const schema = valuesSchema(chartFile('values.yaml'));
  if (process.env.UPDATE_CHART !== undefined) writeFileSync(file, schema);
  expect(existsSync(file) ? readFileSync(file, 'utf8') : '(none)').toBe(schema);
});

test.each(['values.yaml', ...installations.map((name) => `ci/${name}-values.yaml`)])(
  '%s matches the schema',
  (name) => {
    const validate = new Ajv().compile(JSON.parse(readFileSync(file, 'utf8')) as object);
    validate(parse(chartFile(name)));
    expect(validate.errors).toBeNull();
  },
);

test.each([
  ['temporal.adress=temporal:7233', 'adress'],
  ['watchNamespaces={shop}', 'watchNamespaces'],
  ['operator.env=debug', 'operator'],
  ['worker.replicaCount=2', 'replicaCount'],
  ['devServer.persistence.storageClass=fast', 'storageClass'],
])('an unknown key is refused by name: --set %s', async (set, name) => {
  const { code, stderr } = await template('evaluation', { set: [set] });
  expect(code).not.toBe(0);
  expect(stderr).toContain(name);
});

test.each([
  ['temporal.address=temporal', 'address'],
  ['logLevel=verbose', 'logLevel'],
  ['namespaces.mode=some', '/namespaces/mode'],
  ['namespaces.list={Team_A}', '/namespaces/list'],
  ['namespaces.list={shop,books,shop}', '/namespaces/list'],
  ['namespaces.installation=two words', '/namespaces/installation'],
  ['namespaces.installation=-shop', '/namespaces/installation'],
  [`namespaces.installation=${'a'.repeat(64)}`, '/namespaces/installation'],
  ['worker.replicas=many', 'replicas'],
  ['image.digest=latest', 'digest'],
])('a wrong value is refused by name: --set %s', async (set, name) => {
  const { code, stderr } = await template('evaluation', { set: [set] });
  expect(code).not.toBe(0);
  expect(stderr).toContain(name);
});
