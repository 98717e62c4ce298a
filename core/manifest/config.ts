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

/**
 * Refuses numbers that JavaScript cannot represent exactly, because JSON readers round them, and very small ones, which
 * they spell differently.
 */
function isExact(number: number): boolean {
  return Math.abs(number) <= Number.MAX_SAFE_INTEGER && !String(number).includes('e');
}

/** Settings for ALTER ROLE ... SET. Parameters that are not in the map are not set. */
export const configSection = z.record(parameter, value).superRefine((config, context) => {
  const names = new Set<string>();
  for (const [name, text] of Object.entries(config)) {
    const known = name.toLowerCase();
    const problem = names.has(known) ? 'is set twice, in upper and lower case' : undefined;
    const message = problem ?? numberProblem(text) ?? listProblem(known, String(text));
    names.add(known);
    if (message !== undefined) context.addIssue({ code: 'custom', path: [name], message });
  }
});

function numberProblem(value: string | number | boolean): string | undefined {
  if (typeof value !== 'number' || isExact(value)) return undefined;
  return 'is a number that would be rounded: write it in quotes';
}

function listProblem(name: string, text: string): string | undefined {
  if (!isListParameter(name)) return undefined;
  const elements = splitList(text);
  if (elements === undefined)
    return 'is not a list: separate names with commas, and put names with other characters in double quotes';
  if (name.endsWith('_preload_libraries') && elements.includes(''))
    return 'has an empty library name, with which no session can start: leave the parameter out';
  return undefined;
}

export type ConfigSection = z.infer<typeof configSection>;
