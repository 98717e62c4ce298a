import { z } from 'zod';
import type { GrantableType } from '../../core/kinds/grant/grantable-type.ts';
import type { GrantableTypes } from '../../core/kinds/grant/words.ts';
import { policySchema } from '../../core/document/policy.ts';
import { limits } from '../../core/limits.ts';
import { grantableTypes } from '../../core/registry.ts';
import { child, fieldTables, type Node } from './field-tables.ts';
import { describedTypes } from './described-types.ts';

const introduction = `# Fields of a policy

Generated from the schemas in \`core/\` by \`npm run docs\`; do not edit. A policy is a YAML document with \`apiVersion: pgroles.io/v1alpha1\`,
\`kind: PostgresPolicy\`, \`metadata\` and \`spec\`. A bare manifest, for the command line, consists of the fields of \`spec\` from \`coverage\` on.

pgwarden refuses keys that are not listed here. The only exception is \`auth_providers\` in a bare manifest, which other tools use and which has no effect.

An editor with a YAML language server completes and checks the fields. Name the schema in the first line of the file:
\`# yaml-language-server: $schema=<path>/policy.json\`. The schemas are in \`docs/schema/\`: \`policy.json\` for policies with their
Secrets, \`manifest.json\` for bare manifests. The files in \`examples/\` show it.
`;

const objectTypes = `## Object types

The values of \`type\` of an object, and the privileges of each type. An object of a type in schemas needs \`schema\` and \`name\`; the others need \`name\` only.

- \`table\` includes partitioned and foreign tables, \`routine\` functions and procedures, and \`type\` domains.
- Default privileges of \`table\` also apply to views.
- \`columns\` accept SELECT, INSERT, UPDATE and REFERENCES.
- A function is named \`total\`, or, if several have that name, with its argument types: \`total(integer, text)\`.

| type | in a schema | privileges | \`ownership\` | default privileges |
| --- | --- | --- | --- | --- |
`;

const limitsIntroduction = `## Limits

The largest policy that pgwarden accepts. The command line, the watcher and the worker check these counts before they do the work. They refuse
a policy over a limit with [PolicyTooLarge](errors.md#policytoolarge), and the message names the count.

| at most | of |
| --- | --- |
`;

/** The Markdown page about every field of a policy's spec, generated from the schemas. */
export function manifestReference(): string {
  const root: Node = z.toJSONSchema(policySchema, { unrepresentable: 'any', io: 'input' });
  const spec = child(child(root, 'properties'), 'spec');
  return `${introduction}\n${fieldTables('spec', spec, describedTypes('')).join('\n')}\n${objectTypes}${typeRows(grantableTypes)}\n\n${limitsIntroduction}${limitRows()}\n`;
}

function limitRows(): string {
  return Object.values(limits)
    .map(({ most, what }) => `| ${most.toLocaleString('en-US')} | ${what} |`)
    .join('\n');
}

/** The table of object types. */
export function typeRows(types: GrantableTypes): string {
  return Object.entries(types)
    .flatMap(([word, type]) => (type.hidden === true ? [] : [typeRow(word, type)]))
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
