import { entrancePrivileges } from '../../core/bounds/grant-bounds.ts';
import { isDatabase } from '../../core/bounds/object-bounds.ts';
import type { GrantableType } from '../../core/kinds/grant/grantable-type.ts';
import type { GrantableTypes } from '../../core/kinds/grant/words.ts';
import { grantableTypes } from '../../core/registry.ts';

/** Path in the chart, from the root of the checkout. */
export const admissionTypesFile = 'charts/pgwarden/templates/_admission-types.tpl';

const header = '{{/* Made from the object types in core/ by `npm run crd`; do not edit. */}}\n';

/** Helm templates with the object types and privileges that the admission checks list, each as a CEL list of texts. */
export function admissionTypes(types: GrantableTypes = grantableTypes): string {
  const outside = wordsWhere(types, ({ outsideSchemas }) => outsideSchemas === true);
  const databases = outside.filter((word) => isDatabase({ type: word }));
  const others = outside.filter((word) => !databases.includes(word));
  const owned = outside.filter((word) => types[word]?.ownerKeyword !== undefined);
  const beyondEntrance = databases
    .flatMap((word) => types[word]?.privileges ?? [])
    .filter((privilege) => !entrancePrivileges.has(privilege));
  return [
    header,
    list('outsideSchemas', 'Types of objects outside schemas, but databases.', others),
    list('ownedOutsideSchemas', 'Types of objects outside schemas that have owners.', owned),
    list('databasePrivileges', 'Privileges on a database beyond entering it.', beyondEntrance),
  ].join('\n');
}

function wordsWhere(types: GrantableTypes, holds: (type: GrantableType) => boolean): string[] {
  return Object.entries(types)
    .filter(([, type]) => holds(type))
    .map(([word]) => word)
    .sort();
}

function list(name: string, comment: string, values: readonly string[]): string {
  return `{{/* ${comment} */}}
{{- define "pgwarden.admission.types.${name}" -}}
${JSON.stringify(values)}
{{- end }}
`;
}
