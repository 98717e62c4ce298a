import { z } from 'zod';

const schemaNode = z.object({
  type: z.string().optional(),
  description: z.string().optional(),
  enum: z.array(z.string()).optional(),
  anyOf: z.array(z.object({ type: z.string() })).optional(),
  required: z.array(z.string()).default([]),
});

/** A part of a JSON schema. */
export interface Node {
  readonly [key: string]: unknown;
}

/** One Markdown table for each map in a JSON schema, the outermost first, under a heading with its path. */
export function fieldTables(path: string, node: Node): string[] {
  const fields = Object.entries(child(node, 'properties')).filter(
    (entry): entry is [string, Node] => isNode(entry[1]),
  );
  if (fields.length === 0) return [];
  const { required } = schemaNode.parse(node);
  const rows = fields.map(([name, field]) => row(name, field, required.includes(name)));
  const table = [
    `## ${path}`,
    '',
    '| field | type | required | meaning |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ];
  return [table.join('\n'), ...fields.flatMap(([name, field]) => nested(`${path}.${name}`, field))];
}

function nested(path: string, field: Node): string[] {
  const { type } = schemaNode.parse(field);
  if (type === 'array') return fieldTables(`${path}[]`, child(field, 'items'));
  const values = child(field, 'additionalProperties');
  return 'properties' in values ? fieldTables(`${path}.*`, values) : fieldTables(path, field);
}

function row(name: string, field: Node, required: boolean): string {
  const { description = '' } = schemaNode.parse(field);
  return `| \`${name}\` | ${typeOf(field)} | ${required ? 'yes' : ''} | ${description.replaceAll('|', '\\|')} |`;
}

function typeOf(field: Node): string {
  const { type = 'any', enum: choices, anyOf } = schemaNode.parse(field);
  if (anyOf !== undefined) return anyOf.map((each) => each.type).join(' or ');
  if (choices !== undefined) return choices.map((choice) => `\`${choice}\``).join(', ');
  if (type === 'array') return `list of ${typeOf(child(field, 'items'))}`;
  return type === 'object' ? 'map' : type;
}

export function child(node: Node, key: string): Node {
  const value = node[key];
  return isNode(value) ? value : {};
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
