import { writeFileSync } from 'node:fs';
import { manifestReference } from './manifest-reference.ts';
import { planSchema } from './plan-schema.ts';

/** `npm run docs`, from the checkout's root: writes docs/manifest.md and docs/plan.schema.json from the schemas. */
writeFileSync('docs/manifest.md', manifestReference());
writeFileSync('docs/plan.schema.json', planSchema());
