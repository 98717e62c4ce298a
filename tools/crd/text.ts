import { stringify } from 'yaml';
import { policyDefinition } from './definition.ts';

/** Path in the chart, from the root of the checkout. */
export const definitionFile = 'charts/pgwarden/files/postgrespolicies.pgroles.io.yaml';

const header = '# Made from the schemas in core/ and tools/crd/ by `npm run crd`; do not edit.\n';

/**
 * The CustomResourceDefinition as a file for `kubectl apply`. kubectl reads YAML 1.1, in which unquoted `on` and `True`
 * are booleans.
 */
export function definitionText(): string {
  const options = { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false } as const;
  return header + stringify(policyDefinition(), options);
}
