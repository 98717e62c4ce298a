import { z } from 'zod';
import { policySchema, secretSchema } from '../../core/document/policy.ts';
import { manifestSchema } from '../../core/manifest.ts';

type Schema = z.core.JSONSchema.BaseSchema;

/** JSON Schemas for editors, by their file in docs/schema. A file of policies can also hold their Secrets. */
export function editorSchemas(): Readonly<Record<string, string>> {
  return {
    'policy.json': textOf({
      title: 'PostgresPolicy of pgwarden, or a Secret beside it',
      if: { properties: { kind: { const: 'Secret' } }, required: ['kind'] },
      then: schemaOf(secretSchema),
      else: schemaOf(policySchema),
    }),
    'manifest.json': textOf({
      title: 'Manifest of pgwarden, for the command line',
      ...schemaOf(manifestSchema),
    }),
  };
}

/** Draft 7, which all editors know. */
function schemaOf(schema: z.ZodType): Schema {
  const made = z.toJSONSchema(schema, {
    target: 'draft-7',
    unrepresentable: 'any',
    io: 'input',
    override: ({ jsonSchema }) => {
      // The largest number that JavaScript can count to is no limit of a policy.
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
