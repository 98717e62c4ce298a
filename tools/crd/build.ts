import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { definitionFile, definitionText } from './text.ts';

/** `npm run crd`, from the checkout's root. */
mkdirSync(dirname(definitionFile), { recursive: true });
writeFileSync(definitionFile, definitionText());
