import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { admissionTypes, admissionTypesFile } from './admission-types.ts';
import { definitionFile, definitionText } from './text.ts';

/** `npm run crd`, run from the root of the checkout. */
mkdirSync(dirname(definitionFile), { recursive: true });
writeFileSync(definitionFile, definitionText());
writeFileSync(admissionTypesFile, admissionTypes());
