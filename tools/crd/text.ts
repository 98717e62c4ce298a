import { stringify } from 'yaml';
import { policyDefinition } from './definition.ts';

/** Where the chart has it, from the checkout's root. */
export const definitionFile = 'charts/pgwarden/files/postgrespolicies.pgroles.io.yaml';

const header = '# Made from the schemas in core/ and tools/crd/ by `npm run crd`; do not edit.\n';

/** The CustomResourceDefinition as a file for `kubectl apply`, which reads YAML 1.1: there, `on` and `True` are no text. */
export function definitionText(): string {
  const options = { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false } as const;
  return header + stringify(policyDefinition(), options);
}
