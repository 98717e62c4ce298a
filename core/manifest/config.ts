import { z } from 'zod';
import { isListParameter, splitList } from '../setting-list.ts';
import { storableText } from './identifier.ts';

/** A configuration parameter, or one of an extension: `work_mem`, `auto_explain.log_min_duration`. */
const parameter = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_$]*(\.[A-Za-z_][A-Za-z0-9_$]*)*$/,
    'is not the name of a configuration parameter',
  );

const value = z.union([storableText, z.boolean(), z.number()], {
  error: 'must be text, a number, or true or false',
});

/** Settings as ALTER ROLE ... SET has them. What is not in the map is not set. */
export const configSection = z.record(parameter, value).superRefine((config, context) => {
  const names = new Set<string>();
  for (const [name, text] of Object.entries(config)) {
    const known = name.toLowerCase();
    const problem = names.has(known) ? 'is there twice, in upper and lower case' : undefined;
    const message = problem ?? listProblem(known, String(text));
    names.add(known);
    if (message !== undefined) context.addIssue({ code: 'custom', path: [name], message });
  }
});

function listProblem(name: string, text: string): string | undefined {
  if (!isListParameter(name) || splitList(text) !== undefined) return undefined;
  return 'is no list: write names with commas between them, those with other signs in double quotes';
}

export type ConfigSection = z.infer<typeof configSection>;
