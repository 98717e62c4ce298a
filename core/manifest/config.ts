import { z } from 'zod';
import { storableText } from './identifier.ts';

/** A configuration parameter, or one of an extension: `work_mem`, `auto_explain.log_min_duration`. */
const parameter = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_$]*(\.[A-Za-z_][A-Za-z0-9_$]*)?$/,
    'is not the name of a configuration parameter',
  );

const value = z.union([storableText, z.boolean(), z.number()], {
  error: 'must be text, a number, or true or false',
});

/** Settings as ALTER ROLE ... SET has them. What is not in the map is not set. */
export const configSection = z.record(parameter, value);

export type ConfigSection = z.infer<typeof configSection>;
