import { z } from 'zod';
import { planDocument } from '../../cli/plan-document.ts';

/** JSON Schema of what `pgwarden diff --format json` prints. More fields than it knows are fine. */
export function planSchema(): string {
  const schema = z.toJSONSchema(planDocument, {
    io: 'input',
    override: ({ jsonSchema }) => {
      // What JavaScript can count to says nothing about a plan.
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  return `${JSON.stringify({ title: 'pgwarden plan', ...schema }, undefined, 2)}\n`;
}
