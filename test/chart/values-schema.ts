import { isMap, isNode, isScalar, parseDocument, type YAMLMap } from 'yaml';
import { z } from 'zod';
import { ruleSchema } from '../../core/bounds/rule.ts';
import { defaultZone, zonePattern } from '../../core/manifest/zone.ts';

type Schema = Readonly<Record<string, unknown>>;

/** The first line says so, because the file is generated. */
const origin = 'Generated from values.yaml by test/chart; see test/chart/values.test.ts.';

/**
 * JSON Schema of the chart's values, from their defaults and comments. An object has only the keys in values.yaml,
 * unless `special` allows more. Throws an error for a value without a comment.
 */
export function valuesSchema(values: string): string {
  const { contents } = parseDocument(values);
  if (!isMap(contents)) throw new Error('values.yaml is not a map');
  const unused = new Set(Object.keys(special));
  const { properties, ...rest } = objectSchema(contents, '', unused);
  if (unused.size > 0) throw new Error(`no such values: ${[...unused].join(', ')}`);
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Values of the chart pgwarden',
    $comment: origin,
    ...rest,
    properties: { ...asObject(properties), global: { type: 'object', description: forGlobal } },
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

const forGlobal = 'Helm passes this value to subcharts. The chart does not use it.';

const text = { type: 'string' };
const map = { type: 'object', additionalProperties: text };
/** The API server checks the types of Kubernetes. */
const ofKubernetes = { type: 'object' };
const listOf = (items: Schema) => ({ type: 'array', items });
const named = { type: 'object', required: ['name'] };
const ports = listOf({ type: 'integer', minimum: 1, maximum: 65_535 });
const pullPolicy = { enum: ['Always', 'IfNotPresent', 'Never'] };
const namespace = '^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$';
const labelValue = '^([A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?)?$';

/** Facts that a default does not show, by path. They replace the type, or narrow it. */
const special: Readonly<Record<string, Schema>> = {
  commonLabels: map,
  'image.digest': { pattern: '^(sha256:[0-9a-f]{64})?$' },
  'image.pullPolicy': pullPolicy,
  imagePullSecrets: listOf({
    type: 'object',
    required: ['name'],
    properties: { name: text },
    additionalProperties: false,
  }),
  'temporal.address': { pattern: String.raw`^(\S+:[0-9]{1,5})?$` },
  'temporal.namespace': { minLength: 1 },
  'temporal.taskQueue': { minLength: 1 },
  'devServer.image.pullPolicy': pullPolicy,
  'devServer.retentionHours': { minimum: 1 },
  'devServer.resources': ofKubernetes,
  'codecServer.replicas': { minimum: 1 },
  'codecServer.origins': listOf({ type: 'string', pattern: String.raw`^https?://[^/\s]+$` }),
  'codecServer.issuer': { pattern: String.raw`^(https://\S+)?$` },
  'codecServer.allowed': listOf(text),
  'codecServer.ingressFrom': listOf(ofKubernetes),
  'codecServer.issuerPorts': ports,
  'codecServer.resources': ofKubernetes,
  'worker.connectionsPerServer': { minimum: 4, maximum: 1_000 },
  'namespaces.mode': { enum: ['all', 'auto', 'dynamic', 'readonly', 'disabled'] },
  'namespaces.list': { ...listOf({ type: 'string', pattern: namespace }), uniqueItems: true },
  'namespaces.installation': { pattern: labelValue },
  bounds: listOf(ruleOfBounds()),
  'crds.annotations': map,
  'worker.replicas': { minimum: 0 },
  'worker.resources': ofKubernetes,
  'worker.extraEnv': listOf(named),
  'worker.zones': listOf(zone()),
  'worker.serviceAccount.annotations': map,
  'watcher.replicas': { minimum: 0 },
  'watcher.resources': ofKubernetes,
  'watcher.extraEnv': listOf(named),
  'watcher.serviceAccount.annotations': map,
  logLevel: { enum: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] },
  extraEnv: listOf(named),
  extraVolumes: listOf(named),
  extraVolumeMounts: listOf({ type: 'object', required: ['name', 'mountPath'] }),
  podAnnotations: map,
  podLabels: map,
  podSecurityContext: ofKubernetes,
  securityContext: ofKubernetes,
  'livenessProbe.periodSeconds': { minimum: 1 },
  'livenessProbe.timeoutSeconds': { minimum: 1 },
  'livenessProbe.failureThreshold': { minimum: 1 },
  'readinessProbe.periodSeconds': { minimum: 1 },
  'readinessProbe.timeoutSeconds': { minimum: 1 },
  'readinessProbe.failureThreshold': { minimum: 1 },
  nodeSelector: map,
  tolerations: listOf(ofKubernetes),
  affinity: ofKubernetes,
  topologySpreadConstraints: listOf({ type: 'object', required: ['topologyKey'] }),
  'networkPolicy.metricsFrom': listOf(ofKubernetes),
  'networkPolicy.databasePorts': ports,
  'networkPolicy.apiServerPorts': ports,
  'networkPolicy.extraEgress': listOf(ofKubernetes),
  'serviceMonitor.labels': map,
  'prometheusRule.labels': map,
  'dashboard.labels': map,
  'dashboard.annotations': map,
};

/** A worker near some databases. */
function zone(): Schema {
  return {
    type: 'object',
    required: ['name'],
    properties: {
      name: { ...text, pattern: zonePattern, not: { const: defaultZone } },
      replicas: { type: 'integer', minimum: 0 },
      resources: ofKubernetes,
      extraEnv: listOf(named),
      nodeSelector: map,
      tolerations: listOf(ofKubernetes),
      affinity: ofKubernetes,
    },
    additionalProperties: false,
  };
}

/** The same parser as the worker, so that the schema rejects what the worker would refuse. */
function ruleOfBounds(): Schema {
  const rule = z.toJSONSchema(ruleSchema, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
  });
  return Object.fromEntries(Object.entries(rule).filter(([key]) => key !== '$schema'));
}

function objectSchema(map: YAMLMap, path: string, unused: Set<string>): Schema {
  const properties = map.items.map((pair, index) => {
    const name = isScalar(pair.key) ? String(pair.key.value) : '';
    const at = path === '' ? name : `${path}.${name}`;
    // For the parser, a comment before the first key belongs to the map.
    const description = commentText(pair.key) ?? (index === 0 ? commentText(map) : undefined);
    if (description === undefined) throw new Error(`${at} has no comment`);
    return [name, { description, ...valueSchema(pair.value, at, unused) }] as const;
  });
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    additionalProperties: false,
  };
}

function commentText(node: unknown): string | undefined {
  const comment = isNode(node) ? node.commentBefore : undefined;
  return comment?.replaceAll('\n', '').trim();
}

function valueSchema(value: unknown, path: string, unused: Set<string>): Schema {
  const more = special[path];
  unused.delete(path);
  if (isMap(value)) {
    if (more !== undefined) return more;
    if (value.items.length === 0) throw new Error(`${path} needs a schema`);
    return objectSchema(value, path, unused);
  }
  return { ...(isScalar(value) ? { type: typeOf(value.value) } : {}), ...more };
}

function typeOf(value: unknown): string {
  if (Number.isInteger(value)) return 'integer';
  return typeof value;
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}
