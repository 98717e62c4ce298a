import { writeFileSync } from 'node:fs';
import { manifestReference } from './manifest-reference.ts';

/** `npm run docs`, from the checkout's root: writes docs/manifest.md from the schemas. */
writeFileSync('docs/manifest.md', manifestReference());
