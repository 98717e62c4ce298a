import { z } from 'zod';
import { everyone } from '../public.ts';

/** PostgreSQL silently truncates longer names. Source: NAMEDATALEN, pg_config_manual.h. */
const maxBytes = 63;

export const tooLong = 'is longer than 63 bytes, which PostgreSQL would cut off';

const encoder = new TextEncoder();

/** Whether PostgreSQL stores a name unchanged. */
export function fitsName(name: string): boolean {
  return encoder.encode(name).length <= maxBytes;
}

/** Text that PostgreSQL can store. */
export const storableText = z
  .string()
  .refine(
    (text) => !/[\0\p{Surrogate}]/u.test(text),
    'contains a NUL character or half a surrogate pair, which PostgreSQL cannot store',
  );

/** A name as PostgreSQL stores it: case kept, 1 to 63 bytes of UTF-8, no NUL. */
export const identifier = storableText
  .min(1, 'is empty: write a name')
  .max(maxBytes, { error: tooLong, abort: true })
  .refine(fitsName, tooLong);

const reserved = new Set(['public', 'none', 'current_role', 'current_user', 'session_user']);

/** A role that a policy may create, alter or retire, so not a name that PostgreSQL reserves. */
export const ownRoleName = identifier
  .refine(
    (name) => !name.startsWith('pg_'),
    'starts with pg_, which PostgreSQL reserves for its own roles',
  )
  .refine((name) => !reserved.has(name.toLowerCase()), 'is a word PostgreSQL reserves, not a role');

/** A role that may be a grantee or a group, declared here or not. */
export const roleName = identifier.refine(
  (name) => !reserved.has(name.toLowerCase()),
  'is a word PostgreSQL reserves, not a role',
);

/** A grantee: a role, or `PUBLIC`. */
export const granteeName = identifier.refine(
  (name) => name === everyone || !reserved.has(name.toLowerCase()),
  'is a word PostgreSQL reserves, not a role: everyone is PUBLIC, in upper case',
);
