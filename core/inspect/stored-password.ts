/**
 * How the server stores passwords, and the verifiers of the roles in scope; null if this connection cannot read them.
 * No other part of an inspection contains verifiers, so that rows can be shown to anyone.
 */
export const storedPasswordsColumn = (readable: boolean): string => `
         (SELECT jsonb_build_object(
                   'encryption', pg_catalog.current_setting('password_encryption'),
                   'iterations', pg_catalog.current_setting('scram_iterations', true)::int,
                   'verifiers', ${readable ? verifiers : 'NULL'}))`;

const verifiers = `COALESCE((
                     SELECT jsonb_object_agg(p.name, a.rolpassword)
                       FROM scope_password p
                       JOIN pg_catalog.pg_authid a ON a.oid = p.oid), '{}')`;

/**
 * Lines of the fingerprint that change when a stored password changes, each a SELECT for a UNION. They contain the
 * number of the transaction that wrote the row and not the verifier. An MD5 verifier has no salt, so anyone who sees
 * its hash could test passwords.
 */
export const passwordMarks = (readable: boolean): string[] =>
  readable
    ? [
        `
    SELECT json_build_object('password', p.name, 'written', a.xmin::text,
                              'encryption', pg_catalog.current_setting('password_encryption'))
      FROM scope_password p
      JOIN pg_catalog.pg_authid a ON a.oid = p.oid`,
      ]
    : [];
