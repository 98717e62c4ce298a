import { writeFileSync } from 'node:fs';
import { boundsReference } from './bounds-reference.ts';
import { manifestReference } from './manifest-reference.ts';
import { metricsReference } from './metrics-reference.ts';
import { planSchema } from './plan-schema.ts';

/** `npm run docs`, from the checkout's root: writes the pages that are made from code. */
writeFileSync('docs/manifest.md', manifestReference());
writeFileSync('docs/bounds.md', boundsReference());
writeFileSync('docs/metrics.md', metricsReference());
writeFileSync('docs/plan.schema.json', planSchema());
