import { privilegeNames } from '../../core/kinds/grant/words.ts';
import { grantableTypes } from '../../core/registry.ts';
import type { LinkedChoices } from './field-tables.ts';

/** Object types and their privileges have their own table on the page `page` of docs/. */
export function describedTypes(page: string): readonly LinkedChoices[] {
  const link = (text: string) => `[${text}](${page}#object-types)`;
  return [
    { choices: privilegeNames(grantableTypes), link: link('privilege') },
    { choices: Object.keys(grantableTypes), link: link('object type') },
  ];
}
