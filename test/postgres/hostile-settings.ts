/**
 * SQL that sets, for its database, every setting that the owner can set to an unusual value: the other of two, the last
 * of several, the smallest or largest number.
 */
export const hostileSettings = `
DO $do$
DECLARE
  s record;
BEGIN
  FOR s IN
    SELECT p.name, COALESCE(w.value, CASE p.vartype
             WHEN 'bool' THEN CASE p.boot_val WHEN 'on' THEN 'off' ELSE 'on' END
             WHEN 'enum' THEN (SELECT e.value FROM unnest(p.enumvals) WITH ORDINALITY AS e (value, place)
                                WHERE e.value <> p.boot_val ORDER BY e.place DESC LIMIT 1)
             ELSE CASE p.boot_val WHEN p.min_val THEN p.max_val ELSE p.min_val END END) AS value
      FROM pg_settings p
      LEFT JOIN (VALUES
             ('search_path', 'evil, pg_catalog'), ('role', 'mallory'), ('DateStyle', 'German, DMY'), ('client_encoding', 'LATIN1'),
             ('TimeZone', 'Pacific/Kiritimati'), ('createrole_self_grant', 'set, inherit'), ('application_name', 'hers'),
             ('restrict_nonsystem_relation_kind', 'view'), ('statement_timeout', '1ms'), ('lock_timeout', '1ms'),
             ('idle_in_transaction_session_timeout', '1ms'), ('idle_session_timeout', '1ms'), ('transaction_timeout', '1ms'),
             ('tcp_user_timeout', '1ms'), ('client_min_messages', 'debug5'), ('local_preload_libraries', 'not-there')) w (name, value) ON w.name = p.name
     WHERE p.context = 'user' AND (p.vartype <> 'string' OR w.value IS NOT NULL)
       AND p.name NOT IN ('transaction_isolation', 'transaction_read_only', 'transaction_deferrable')
  LOOP
    CONTINUE WHEN s.value IS NULL;
    EXECUTE format('ALTER DATABASE %I SET %I = %s', current_database(), s.name,
                   CASE WHEN s.name IN ('search_path', 'DateStyle') THEN s.value ELSE quote_literal(s.value) END);
  END LOOP;
  EXECUTE format('ALTER DATABASE %I SET role = mallory', current_database());
END $do$`;
