import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { boundsReference } from './bounds-reference.ts';
import { cliReference } from './cli-reference.ts';
import { editorSchemas } from './editor-schemas.ts';
import { manPage } from './man-page.ts';
import { manifestReference } from './manifest-reference.ts';
import { metricsReference } from './metrics-reference.ts';
import { planSchema } from './plan-schema.ts';

/** `npm run docs`, run from the root of the checkout: writes the pages that are generated from code. */
writeFileSync('docs/manifest.md', manifestReference());
writeFileSync('docs/bounds.md', boundsReference());
writeFileSync('docs/metrics.md', metricsReference());
writeFileSync('docs/reference/cli.md', cliReference());
writeFileSync('docs/plan.schema.json', planSchema());

mkdirSync('docs/schema', { recursive: true });
for (const [name, text] of Object.entries(editorSchemas()))
  writeFileSync(`docs/schema/${name}`, text);

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly version: string;
};
mkdirSync('man', { recursive: true });
writeFileSync('man/pgwarden.1', manPage(version));
