/**
 * How the server stores passwords, and what it has stored for the roles in scope: null where this connection may not
 * see it. Verifiers are nowhere else in an inspection, so that rows can be shown to anybody.
 */
export const storedPasswordsColumn = (readable: boolean): string => `
         (SELECT jsonb_build_object(
                   'encryption', pg_catalog.current_setting('password_encryption'),
                   'iterations', pg_catalog.current_setting('scram_iterations', true)::int,
                   'verifiers', ${readable ? verifiers : 'NULL'})) AS passwords`;

const verifiers = `COALESCE((
                     SELECT jsonb_object_agg(p.name, a.rolpassword)
                       FROM scope_password p
                       JOIN pg_catalog.pg_authid a ON a.oid = p.oid), '{}')`;

/**
 * Lines of the fingerprint that change when a stored password does, each a SELECT to UNION. They hold the number of the
 * transaction that wrote the row and no verifier: an MD5 one has no salt, so that its hash would let anybody who sees
 * the fingerprint try out passwords.
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
