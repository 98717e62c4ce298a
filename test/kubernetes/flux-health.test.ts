import {
  ApiextensionsV1Api,
  ApiException,
  CustomObjectsApi,
  type V1JSONSchemaProps,
} from '@kubernetes/client-node';
import { beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { z } from 'zod';
import { encodeStatus } from '../../sources/kubernetes/status.ts';
import type { PolicyStatus } from '../../sources/source.ts';
import {
  inSync,
  planned,
  queued,
  refused,
  suspended,
  withNewSpec,
} from '../docs/judged-statuses.ts';
import { blocks } from '../docs/pages.ts';
import { kubernetes } from '../setup/kubernetes.ts';
import { eventually } from '../workflows/wait.ts';

/** A resource that is valid if the recipe's expressions give `says` for its `status`. The server evaluates the CEL. */
const place = { group: 'test.pgwarden.io', version: 'v1', plural: 'judgements' };
const kind = 'Judgement';

beforeAll(async () => {
  const config = await kubernetes();
  const { group, version, plural } = place;
  const names = { plural, singular: 'judgement', kind };
  await config.makeApiClient(ApiextensionsV1Api).createCustomResourceDefinition({
    body: {
      metadata: { name: `${plural}.${group}` },
      spec: {
        ...{ group, names, scope: 'Cluster' },
        versions: [
          { name: version, served: true, storage: true, schema: { openAPIV3Schema: schema() } },
        ],
      },
    },
  });
  const api = config.makeApiClient(CustomObjectsApi);
  await eventually(() =>
    api.listClusterCustomObject(place).then(
      () => true,
      () => false,
    ),
  );
});

const nothing = { inProgress: false, failed: false, current: false };

test.each([
  ['nobody looked at', undefined, nothing],
  ['in sync', inSync, { ...nothing, current: true }],
  ['with changes pending', planned, { ...nothing, current: true }],
  ['refused', refused, { ...nothing, failed: true }],
  ['with a new spec', withNewSpec, { ...nothing, inProgress: true }],
  ['queued for too long', queued, { ...nothing, inProgress: true }],
  ['suspended', suspended, nothing],
])('Flux reports the right health for a policy that is %s', async (_what, status, says) => {
  expect(await judged(status, says)).toBe('as it says');
  expect(await judged(status, { ...says, failed: !says.failed })).toContain('failed');
});

async function judged(status: PolicyStatus | undefined, says: typeof nothing): Promise<string> {
  const api = (await kubernetes()).makeApiClient(CustomObjectsApi);
  const body = {
    apiVersion: `${place.group}/${place.version}`,
    kind,
    metadata: { name: 'shop' },
    spec: { says, status: status === undefined ? {} : encodeStatus(status, 1) },
  };
  try {
    await api.createClusterCustomObject({ ...place, body, dryRun: 'All' });
    return 'as it says';
  } catch (error) {
    if (!(error instanceof ApiException)) throw error;
    return String(error.body);
  }
}

function schema(): V1JSONSchemaProps {
  const text = { type: 'string', maxLength: 1_024 };
  const condition = { type: 'object', properties: { type: text, status: text } };
  const bool = { type: 'boolean' };
  const status = {
    type: 'object',
    properties: { conditions: { type: 'array', maxItems: 8, items: condition } },
  };
  const spec = {
    type: 'object',
    properties: {
      says: { type: 'object', properties: { inProgress: bool, failed: bool, current: bool } },
      status,
    },
    x_kubernetes_validations: rules(),
  };
  return { type: 'object', properties: { spec } };
}

function rules() {
  return Object.entries(expressions()).map(([name, expression]) => ({
    rule: `self.says.${name} == (${expression.replaceAll('status.conditions', 'self.status.conditions')})`,
    message: `${name} is otherwise`,
  }));
}

const expression = z.string();
const kustomization = z.object({
  spec: z.object({
    healthCheckExprs: z.tuple([
      z.object({ inProgress: expression, failed: expression, current: expression }),
    ]),
  }),
});

/** The expressions of docs/how-to/flux.md. */
function expressions() {
  const [text = ''] = blocks('how-to/flux.md', 'yaml');
  return kustomization.parse(parse(text)).spec.healthCheckExprs[0];
}
