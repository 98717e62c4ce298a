import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkoutRoot } from '../../embedded/checkout.ts';
import { billOfMaterials, type Lockfile } from './bill-of-materials.ts';

/** `npm run --silent sbom`: prints the production dependencies. */
const text = await readFile(join(checkoutRoot(), 'package-lock.json'), 'utf8');
const lockfile = JSON.parse(text) as Lockfile;
console.log(JSON.stringify(billOfMaterials(lockfile), undefined, 2));
