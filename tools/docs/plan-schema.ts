import { z } from 'zod';
import { planDocument } from '../../cli/plan-document.ts';

/**
 * JSON Schema of the output of `pgwarden diff --format json`. It allows unknown fields, so that later versions can add
 * some.
 */
export function planSchema(): string {
  const schema = z.toJSONSchema(planDocument, {
    io: 'input',
    override: ({ jsonSchema }) => {
      // JavaScript's largest integer says nothing about a plan.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  return `${JSON.stringify({ title: 'pgwarden plan', ...schema }, undefined, 2)}\n`;
}
