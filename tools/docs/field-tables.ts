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

/** A long list of choices that one place describes, and a Markdown link to that place for the cells of the tables. */
export interface LinkedChoices {
  readonly choices: readonly string[];
  readonly link: string;
}

/** One Markdown table for each map in a JSON schema, from the outside in, with its path as the heading. */
export function fieldTables(path: string, node: Node, linked: readonly LinkedChoices[]): string[] {
  const fields = Object.entries(child(node, 'properties')).filter(
    (entry): entry is [string, Node] => isNode(entry[1]),
  );
  if (fields.length === 0) return [];
  const { required } = schemaNode.parse(node);
  const rows = fields.map(([name, field]) =>
    row(name, typeOf(field, linked), field, required.includes(name)),
  );
  const table = [
    `## ${path}`,
    '',
    '| field | type | meaning |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ];
  const nestedTables = fields.flatMap(([name, field]) => nested(`${path}.${name}`, field, linked));
  return [table.join('\n'), ...nestedTables];
}

function nested(path: string, field: Node, linked: readonly LinkedChoices[]): string[] {
  const { type } = schemaNode.parse(field);
  if (type === 'array') return fieldTables(`${path}[]`, child(field, 'items'), linked);
  const values = child(field, 'additionalProperties');
  return 'properties' in values
    ? fieldTables(`${path}.*`, values, linked)
    : fieldTables(path, field, linked);
}

function row(name: string, type: string, field: Node, required: boolean): string {
  const { description = '' } = schemaNode.parse(field);
  const meaning = description.replaceAll('|', '\\|');
  return `| \`${name}\` | ${type}${required ? ', **required**' : ''} | ${meaning} |`;
}

function typeOf(field: Node, linked: readonly LinkedChoices[]): string {
  const { type = 'any', enum: choices, anyOf } = schemaNode.parse(field);
  if (anyOf !== undefined) return anyOf.map((each) => each.type).join(' or ');
  if (choices !== undefined) return linkTo(choices, linked) ?? choicesText(choices);
  if (type === 'array') return `list of ${typeOf(child(field, 'items'), linked)}`;
  return type === 'object' ? 'map' : type;
}

/** Text for a list of choices that are all described elsewhere. Short lists are written out. */
function linkTo(choices: readonly string[], linked: readonly LinkedChoices[]): string | undefined {
  if (choices.length < 8) return undefined;
  return linked.find((each) => choices.every((choice) => each.choices.includes(choice)))?.link;
}

function choicesText(choices: readonly string[]): string {
  return choices.map((choice) => `\`${choice}\``).join(', ');
}

export function child(node: Node, key: string): Node {
  const value = node[key];
  return isNode(value) ? value : {};
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
