import { z } from 'zod';
import type { GrantableType } from '../../core/kinds/grantable-type.ts';
import { policySchema } from '../../core/document/policy.ts';
import { limits } from '../../core/limits.ts';
import { grantableTypes } from '../../core/registry.ts';
import { child, fieldTables, type Node } from './field-tables.ts';

const introduction = `# The policy, field by field

Made from the schemas in \`core/\` by \`npm run docs\`; do not edit. A policy is a YAML document with \`apiVersion:
pgroles.io/v1alpha1\`, \`kind: PostgresPolicy\`, \`metadata\` and \`spec\`. A bare manifest, for the command line, is what
stands below \`spec\` from \`coverage\` on. Keys that are not listed here are errors; \`auth_providers\` of other tools'
manifests is accepted there and has no effect.
`;

const objectTypes = `## Object types

What may stand as \`type\` of an object, with the privileges it has. Beside types in schemas stands \`schema\` and \`name\`, beside
the others \`name\` alone. \`routine\` is a function or a procedure, \`table\` a partitioned or foreign one too, and \`type\` a domain
too; what \`table\` gets by default privileges, views get. \`columns\` have SELECT, INSERT, UPDATE and REFERENCES. A function is named as \`total\`, or, where several have that name, with its argument types: \`total(integer, text)\`.

| type | in a schema | privileges | \`ownership\` | default privileges |
| --- | --- | --- | --- | --- |
`;

const limitsIntroduction = `## Limits

The largest policy that pgwarden takes. The command line, the watcher and the worker check these counts before they do the work. A
policy over one of them is refused as \`PolicyTooLarge\`, and the message names the count.

| at most | of |
| --- | --- |
`;

/** The Markdown page on every field of a policy's spec, from the schemas themselves. */
export function manifestReference(): string {
  const root: Node = z.toJSONSchema(policySchema, { unrepresentable: 'any', io: 'input' });
  const spec = child(child(root, 'properties'), 'spec');
  const types = Object.entries(grantableTypes).flatMap(([word, type]) =>
    type.hidden === true ? [] : [typeRow(word, type)],
  );
  return `${introduction}\n${fieldTables('spec', spec).join('\n')}\n${objectTypes}${types.join('\n')}\n\n${limitsIntroduction}${limitRows()}\n`;
}

function limitRows(): string {
  return Object.values(limits)
    .map(({ most, what }) => `| ${most.toLocaleString('en-US')} | ${what} |`)
    .join('\n');
}

function typeRow(word: string, type: GrantableType): string {
  const privileges = type.privileges.map((name) => `${name}${since(type.privilegesSince?.[name])}`);
  const cells = [
    `\`${word}\`${since(type.since)}`,
    mark(type.isSchema !== true && type.outsideSchemas !== true),
    privileges.join(', '),
    mark(type.ownerKeyword !== undefined),
    type.defaults === undefined ? 'no' : `yes${since(type.defaults.since)}`,
  ];
  return `| ${cells.join(' | ')} |`;
}

function since(major: number | undefined): string {
  return major === undefined ? '' : ` (from PostgreSQL ${String(major)})`;
}

function mark(holds: boolean): string {
  return holds ? 'yes' : 'no';
}
