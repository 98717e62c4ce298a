import { z } from 'zod';
import { policySchema, secretSchema } from '../../core/document/policy.ts';
import { manifestSchema } from '../../core/manifest.ts';

type Schema = z.core.JSONSchema.BaseSchema;

/** JSON Schemas for editors, by file name in docs/schema. A file of policies can also contain their Secrets. */
export function editorSchemas(): Readonly<Record<string, string>> {
  return {
    'policy.json': textOf({
      title: 'A PostgresPolicy of pgwarden, or a Secret that it uses',
      if: { properties: { kind: { const: 'Secret' } }, required: ['kind'] },
      then: schemaOf(secretSchema),
      else: schemaOf(policySchema),
    }),
    'manifest.json': textOf({
      title: 'A manifest of pgwarden for the command line',
      ...schemaOf(manifestSchema),
    }),
  };
}

/** Draft 7, which all editors support. */
function schemaOf(schema: z.ZodType): Schema {
  const made = z.toJSONSchema(schema, {
    target: 'draft-7',
    unrepresentable: 'any',
    io: 'input',
    override: ({ jsonSchema }) => {
      // JavaScript's largest integer is no limit of a policy.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  return Object.fromEntries(Object.entries(made).filter(([key]) => key !== '$schema'));
}

function textOf(schema: object): string {
  const draft = 'http://json-schema.org/draft-07/schema#';
  return `${JSON.stringify({ $schema: draft, ...schema }, undefined, 2)}\n`;
}
