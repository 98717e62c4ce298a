-- What must be true of the server once the manifest ($1, as JSON) was applied by $2 over what the `_before` tables
-- keep, and is not: one row for each difference. Said in SQL and from PostgreSQL's manual alone, so that it errs
-- independently of the product.
WITH RECURSIVE
doc AS MATERIALIZED (SELECT $1::jsonb AS d, $2::text AS actor, current_setting('server_version_num')::int / 10000 AS major),

-- The manifest, expanded.
binding AS MATERIALIZED (
  SELECT s ->> 'name' AS schema, p.name AS profile, d -> 'profiles' -> p.name AS body,
         replace(replace(COALESCE(s ->> 'role_pattern', d ->> 'role_pattern', '{schema}-{profile}'),
                         '{schema}', s ->> 'name'), '{profile}', p.name) AS role,
         COALESCE(s ->> 'owner', d ->> 'default_owner', 'postgres') AS owner
    FROM doc, jsonb_array_elements(d -> 'schemas') s, jsonb_array_elements_text(s -> 'profiles') AS p (name)
), declared AS MATERIALIZED (
  SELECT r ->> 'name' AS name, COALESCE((r ->> 'external')::bool, false) AS external,
         COALESCE((r ->> 'preserve_undeclared_grants')::bool, false) AS preserves, r AS section
    FROM doc, jsonb_array_elements(d -> 'roles') r
   UNION ALL
  SELECT role, false, false, jsonb_build_object('comment', format('Generated from profile ''%s'' for schema ''%s''', profile, schema))
           || (body - 'grants' - 'default_privileges')
    FROM binding
), retired AS MATERIALIZED (
  SELECT r ->> 'role' AS name, r ->> 'reassign_owned_to' AS successor FROM doc, jsonb_array_elements(d -> 'retirements') r
), rule AS MATERIALIZED (
  SELECT g ->> 'role' AS grantee, p.privilege, COALESCE(g ->> 'ensure', 'present') = 'absent' AS absent,
         COALESCE((g ->> 'with_grant_option')::bool, false) AS grantable,
         o ->> 'type' AS word, o ->> 'schema' AS schema, o ->> 'name' AS name, c.col
    FROM doc, jsonb_array_elements(d -> 'grants') g, COALESCE(g -> 'object', g -> 'on') AS o,
         jsonb_array_elements_text(g -> 'privileges') AS p (privilege),
         jsonb_array_elements_text(COALESCE(o -> 'columns', '[null]')) AS c (col)
   UNION ALL
  SELECT b.role, p.privilege, false, COALESCE((g ->> 'with_grant_option')::bool, false), o ->> 'type',
         CASE WHEN o ->> 'type' <> 'schema' THEN b.schema END,
         CASE WHEN o ->> 'type' = 'schema' THEN b.schema ELSE o ->> 'name' END, c.col
    FROM binding b, jsonb_array_elements(body -> 'grants') g, COALESCE(g -> 'object') AS o,
         jsonb_array_elements_text(g -> 'privileges') AS p (privilege),
         jsonb_array_elements_text(COALESCE(o -> 'columns', '[null]')) AS c (col)
), default_rule AS MATERIALIZED (
  SELECT COALESCE(w.name, e ->> 'owner', d ->> 'default_owner', 'postgres') AS owner,
         COALESCE(e ->> 'schema', e -> 'scope' ->> 'schema') AS schema, g ->> 'on_type' AS word, g ->> 'role' AS grantee,
         p.privilege, COALESCE(g ->> 'ensure', 'present') = 'absent' AS absent,
         COALESCE((g ->> 'with_grant_option')::bool, false) AS grantable
    FROM doc, jsonb_array_elements(d -> 'default_privileges') e,
         jsonb_array_elements_text(COALESCE(e -> 'owners', '[null]')) AS w (name),
         jsonb_array_elements(e -> 'grant') g, jsonb_array_elements_text(g -> 'privileges') AS p (privilege)
   UNION ALL
  SELECT b.owner, b.schema, g ->> 'on_type', b.role, p.privilege, false, COALESCE((g ->> 'with_grant_option')::bool, false)
    FROM binding b, jsonb_array_elements(body -> 'default_privileges') g,
         jsonb_array_elements_text(g -> 'privileges') AS p (privilege)
), owner_rule AS MATERIALIZED (
  SELECT o ->> 'owner' AS owner, o -> 'object' ->> 'type' AS word, o -> 'object' ->> 'schema' AS schema,
         o -> 'object' ->> 'name' AS name
    FROM doc, jsonb_array_elements(d -> 'ownership') o
   UNION ALL
  SELECT COALESCE(s ->> 'owner', d ->> 'default_owner'), 'schema', NULL, s ->> 'name'
    FROM doc, jsonb_array_elements(d -> 'schemas') s WHERE COALESCE(s ->> 'owner', d ->> 'default_owner') IS NOT NULL
), edge_rule AS MATERIALIZED (
  SELECT DISTINCT e ->> 'role' AS role, m ->> 'name' AS member, COALESCE((m ->> 'admin')::bool, false) AS admin,
         CASE WHEN major >= 16 THEN COALESCE((m ->> 'inherit')::bool, true) END AS inherit,
         major < 16 OR COALESCE((m ->> 'set')::bool, true) AS set
    FROM doc, jsonb_array_elements(d -> 'memberships') e, jsonb_array_elements(e -> 'members') m
), exclusive AS MATERIALIZED (
  SELECT name FROM declared WHERE NOT external
   UNION SELECT e ->> 'role' FROM doc, jsonb_array_elements(d -> 'memberships') e WHERE (e ->> 'exclusive')::bool
   UNION SELECT name FROM retired
), in_scope AS MATERIALIZED (
  SELECT schema AS name FROM rule WHERE schema IS NOT NULL UNION SELECT schema FROM default_rule WHERE schema IS NOT NULL
   UNION SELECT schema FROM owner_rule WHERE schema IS NOT NULL
   UNION SELECT name FROM rule WHERE word = 'schema' UNION SELECT s ->> 'name' FROM doc, jsonb_array_elements(d -> 'schemas') s
   UNION SELECT nspname FROM place, doc WHERE d ->> 'coverage' = 'database'
),

default_letter (word, letter) AS (
  VALUES ('table', 'r'), ('sequence', 'S'), ('function', 'f'), ('type', 'T'), ('schema', 'n')
),

-- Objects as they are, beside what the rules say of them.
spelling (rule_name, name) AS (
  VALUES ('twice(int)', 'twice(integer)'), ('twice(x integer)', 'twice(integer)'), ('twice(x int4 = 5)', 'twice(integer)'),
         ('twice(VARIADIC words text[])', 'twice(text[])'), ('Now; --', 'Now; --()'), ('Now; --()', 'Now; --()'),
         ('total(int4)', 'total(integer)'), ('work', 'work(integer)'), ('work(IN x int)', 'work(integer)'),
         ('Log_Statement', 'log_statement')
), word_means (word, sort) AS (
  VALUES ('table', 'table'), ('table', 'foreign_table'), ('view', 'view'), ('materialized_view', 'materialized_view'),
         ('sequence', 'sequence'), ('function', 'function'), ('procedure', 'procedure'), ('routine', 'function'),
         ('routine', 'procedure'), ('type', 'type'), ('type', 'domain'), ('domain', 'domain'), ('schema', 'schema'),
         ('database', 'database'), ('foreign_data_wrapper', 'wrapper'), ('foreign_server', 'server'), ('language', 'language'),
         ('tablespace', 'tablespace'), ('large_object', 'large_object'), ('parameter', 'parameter')
), object AS MATERIALIZED (
  SELECT o.*, o.owner AS owned_by, b.oid IS NOT NULL AS was, b.owner AS owned_before,
         CASE WHEN o.schema IS NOT NULL THEN o.schema IN (SELECT name FROM in_scope)
              -- What all databases of the server share is judged only where it is named.
              ELSE d ->> 'coverage' = 'database' AND o.class NOT IN ('tablespace', 'parameter')
                   OR EXISTS (SELECT FROM (SELECT word, name FROM rule UNION SELECT word, name FROM owner_rule) r JOIN word_means w USING (word)
                               WHERE w.sort = o.sort AND (r.name = o.name OR (r.name, o.name) IN (SELECT s.rule_name, s.name FROM spelling s))) END AS judged
    FROM doc, object_now o LEFT JOIN object_before b USING (class, oid, sub)
), named AS MATERIALIZED (
  SELECT o.class, o.oid, o.sub, r.grantee, r.privilege, bool_or(r.absent) AS absent, bool_or(r.grantable) AS grantable
    FROM object o JOIN word_means w USING (sort)
    JOIN rule r ON r.word = w.word AND r.schema IS NOT DISTINCT FROM CASE WHEN o.class <> 'schema' THEN o.schema END
               AND r.col IS NULL AND (r.name IN ('*', o.name) OR EXISTS (SELECT FROM spelling s WHERE s.rule_name = r.name AND s.name = o.name))
   GROUP BY 1, 2, 3, 4, 5
   UNION ALL
  SELECT o.class, o.oid, o.sub, r.grantee, r.privilege, bool_or(r.absent), bool_or(r.grantable)
    FROM object o JOIN rule r ON o.class = 'column' AND r.schema = o.schema AND r.name = o.name AND r.col = o.col
   GROUP BY 1, 2, 3, 4, 5
), subject AS MATERIALIZED (
  SELECT rolname::text AS name, rolsuper AS super FROM pg_roles
   WHERE rolname !~ '^pg_' AND rolname NOT IN ('postgres', 'manager')
), privilege_of (class, sort, privilege) AS MATERIALIZED (
  SELECT c.class, c.sort, p.privilege
    FROM doc, (VALUES ('relation', NULL, 'SELECT,INSERT,UPDATE,DELETE,TRUNCATE,REFERENCES,TRIGGER,MAINTAIN'),
                 ('relation', 'sequence', 'SELECT,UPDATE,USAGE'), ('column', NULL, 'SELECT,INSERT,UPDATE,REFERENCES'),
                 ('routine', NULL, 'EXECUTE'), ('type', NULL, 'USAGE'), ('schema', NULL, 'CREATE,USAGE'),
                 ('database', NULL, 'CREATE,CONNECT,TEMPORARY'), ('wrapper', NULL, 'USAGE'), ('server', NULL, 'USAGE'),
                 ('language', NULL, 'USAGE'), ('tablespace', NULL, 'CREATE'), ('large_object', NULL, 'SELECT,UPDATE'),
                 ('parameter', NULL, 'SET,ALTER SYSTEM')) AS c (class, sort, list),
         string_to_table(c.list, ',') AS p (privilege)
   WHERE p.privilege <> 'MAINTAIN' OR major >= 17
), granted_before AS MATERIALIZED (
  SELECT class, oid, sub, grantee, privilege, bool_or(grantable) AS grantable FROM acl_before GROUP BY 1, 2, 3, 4, 5
), doubtful AS MATERIALIZED (
  -- What a retired role granted goes with it, and what was granted onwards by that: not foreseen here.
  SELECT DISTINCT a.class, a.oid, a.sub, a.privilege
    FROM acl_before a JOIN object o USING (class, oid, sub) JOIN retired t ON t.name = a.grantor
   WHERE a.grantor <> o.owned_before
), default_was AS MATERIALIZED (
  TABLE default_before
   UNION ALL
  SELECT s.name, NULL, l.letter, 'PUBLIC', l.privilege, false
    FROM subject s, (VALUES ('f', 'EXECUTE'), ('T', 'USAGE')) AS l (letter, privilege)
   WHERE s.name NOT IN (SELECT name FROM role_before)
), direct AS MATERIALIZED (
  SELECT o.class, o.oid, o.sub, g.name AS grantee, p.privilege,
         CASE WHEN g.name = o.owned_by THEN
                   -- What an owner took from itself is the owner's affair, but for declared owners of schemas.
                   CASE WHEN o.class <> 'column' AND o.was AND y.oid IS NULL AND (o.class <> 'schema' OR x.name IS NULL) THEN NULL
                        ELSE o.class <> 'column' END
              WHEN n.absent THEN false
              WHEN o.judged AND j.name IS NOT NULL THEN n.privilege IS NOT NULL
              WHEN n.privilege IS NOT NULL THEN true
              WHEN q.oid IS NOT NULL OR NOT o.was THEN NULL
              ELSE u.oid IS NOT NULL AND (g.name <> o.owned_before OR o.class = 'column') END AS has,
         CASE WHEN g.name = o.owned_by OR n.absent THEN false
              WHEN o.judged AND j.name IS NOT NULL OR n.privilege IS NOT NULL THEN COALESCE(n.grantable, false)
              WHEN q.oid IS NOT NULL OR NOT o.was THEN NULL
              ELSE COALESCE(u.grantable, false) AND g.name <> o.owned_before END AS may_grant
    FROM object o
    JOIN privilege_of p ON p.class = o.class AND (o.sort = 'sequence') = (p.sort IS NOT NULL)
   CROSS JOIN (SELECT name FROM subject UNION ALL VALUES ('PUBLIC')) g
    LEFT JOIN (SELECT name FROM declared WHERE NOT preserves) j ON j.name = g.name
    LEFT JOIN named n ON n.class = o.class AND n.oid = o.oid AND n.sub = o.sub AND n.grantee = g.name AND n.privilege = p.privilege
    LEFT JOIN granted_before u ON u.class = o.class AND u.oid = o.oid AND u.sub = o.sub AND u.grantee = g.name AND u.privilege = p.privilege
    LEFT JOIN granted_before y ON y.class = o.class AND y.oid = o.oid AND y.sub = o.sub AND y.grantee = o.owned_before AND y.privilege = p.privilege
    LEFT JOIN (SELECT DISTINCT name FROM owner_rule WHERE word = 'schema') x ON x.name = o.name
    LEFT JOIN doubtful q ON q.class = o.class AND q.oid = o.oid AND q.sub = o.sub AND q.privilege = p.privilege
),

-- Memberships, and what follows from them.
edge AS MATERIALIZED (
  SELECT * FROM edge_rule
   UNION ALL
  SELECT b.role, b.member, b.admin, CASE WHEN major >= 16 THEN b.inherit END, b.set
    FROM doc, member_before b
   WHERE b.role NOT IN (SELECT name FROM exclusive) AND b.member NOT IN (SELECT name FROM retired)
     AND (b.role, b.member) NOT IN (SELECT role, member FROM edge_rule)
     AND NOT (d ->> 'coverage' = 'database' AND b.member IN (SELECT name FROM declared WHERE NOT external))
), inherited (name, has) AS (
  SELECT name, name FROM subject
   UNION
  SELECT i.name, e.role FROM inherited i JOIN edge e ON e.member = i.has JOIN pg_roles m ON m.rolname = e.member
   WHERE COALESCE(e.inherit, m.rolinherit)
), belongs (name, has) AS (
  SELECT name, name FROM subject UNION SELECT b.name, e.role FROM belongs b JOIN edge e ON e.member = b.has
), becomes (name, has) AS (
  SELECT name, name FROM subject UNION SELECT b.name, e.role FROM becomes b JOIN edge e ON e.member = b.has WHERE e.set
),
effective AS MATERIALIZED (
  SELECT s.name, d.class, d.oid, d.sub, d.privilege,
         s.super OR CASE WHEN bool_or(d.has) THEN true WHEN bool_or(d.has IS NULL) THEN NULL ELSE false END AS has,
         s.super OR CASE WHEN bool_or(d.may_grant OR o.owned_by = d.grantee) THEN true
                         WHEN bool_or(d.may_grant IS NULL) THEN NULL ELSE false END AS may_grant
    FROM subject s
    JOIN (TABLE inherited UNION ALL SELECT name, 'PUBLIC' FROM subject) i USING (name)
    JOIN direct d ON d.grantee = i.has
    JOIN object o USING (class, oid, sub)
   GROUP BY s.name, s.super, d.class, d.oid, d.sub, d.privilege
),

-- The differences.
found (what, who, on_what, expected, actual) AS (
  SELECT 'granted ' || d.privilege, d.grantee, concat_ws(' ', o.sort, o.schema, o.name, o.col), d.has::text, (a.grantee IS NOT NULL)::text
    FROM direct d JOIN object o USING (class, oid, sub)
    LEFT JOIN (SELECT DISTINCT class, oid, sub, grantee, privilege FROM acl_now) a USING (class, oid, sub, grantee, privilege)
   WHERE d.has <> (a.grantee IS NOT NULL) AND d.grantee <> o.owned_by
   UNION ALL
  SELECT e.privilege || t.option, e.name, concat_ws(' ', o.sort, o.schema, o.name, o.col), e.expected::text, e.actual::text
    FROM (VALUES (''), (' WITH GRANT OPTION')) AS t (option)
   CROSS JOIN LATERAL (
         SELECT f.*, CASE t.option WHEN '' THEN f.has ELSE f.may_grant END AS expected,
                CASE WHEN f.class = 'relation' AND o.sort = 'sequence' THEN has_sequence_privilege(f.name, f.oid, f.privilege || t.option)
                     WHEN f.class = 'relation' THEN has_table_privilege(f.name, f.oid, f.privilege || t.option)
                     WHEN f.class = 'routine' THEN has_function_privilege(f.name, f.oid, f.privilege || t.option)
                     WHEN f.class = 'type' THEN has_type_privilege(f.name, f.oid, f.privilege || t.option)
                     WHEN f.class = 'schema' THEN has_schema_privilege(f.name, f.oid, f.privilege || t.option)
                     WHEN f.class = 'database' THEN has_database_privilege(f.name, f.oid, f.privilege || t.option)
                     WHEN f.class = 'wrapper' THEN has_foreign_data_wrapper_privilege(f.name, f.oid, f.privilege || t.option)
                     WHEN f.class = 'server' THEN has_server_privilege(f.name, f.oid, f.privilege || t.option)
                     WHEN f.class = 'language' THEN has_language_privilege(f.name, f.oid, f.privilege || t.option)
                     WHEN f.class = 'tablespace' THEN has_tablespace_privilege(f.name, f.oid, f.privilege || t.option)
                     WHEN f.class = 'large_object' THEN {18: has_largeobject_privilege(f.name, f.oid, f.privilege || t.option) ELSE NULL}
                     WHEN f.class = 'parameter' THEN {15: has_parameter_privilege(f.name, o.name, f.privilege || t.option) ELSE NULL} END AS actual
           FROM effective f JOIN object o USING (class, oid, sub) WHERE f.class <> 'column') e
    JOIN object o USING (class, oid, sub)
   WHERE e.expected <> e.actual
   UNION ALL
  SELECT c.privilege, c.name, concat_ws(' ', 'column', o.schema, o.name, o.col), (c.has OR t.has)::text,
         has_column_privilege(c.name, c.oid, c.sub::smallint, c.privilege)::text
    FROM effective c JOIN effective t ON t.class = 'relation' AND t.oid = c.oid AND t.name = c.name AND t.privilege = c.privilege
    JOIN object o ON o.class = c.class AND o.oid = c.oid AND o.sub = c.sub
   WHERE c.class = 'column' AND (c.has OR t.has) <> has_column_privilege(c.name, c.oid, c.sub::smallint, c.privilege)
   UNION ALL
  SELECT 'owner', NULL, concat_ws(' ', o.sort, o.schema, o.name), w.owner, o.owned_by
    FROM object o CROSS JOIN doc
   CROSS JOIN LATERAL (
         SELECT COALESCE(
           (SELECT r.owner FROM owner_rule r JOIN word_means m ON m.word = r.word
             WHERE m.sort = o.sort AND (r.schema = o.schema OR o.class = 'schema' OR o.schema IS NULL) AND (r.name IN ('*', o.name)
                   OR EXISTS (SELECT FROM spelling s WHERE s.rule_name = r.name AND s.name = o.name))
             ORDER BY r.name = '*' LIMIT 1),
           (SELECT t.successor FROM retired t WHERE t.name = o.owned_before), o.owned_before, actor) AS owner) w
   WHERE o.class <> 'column' AND o.owned_by <> w.owner
     AND NOT EXISTS (SELECT FROM pg_depend s WHERE s.classid = 'pg_class'::regclass AND s.objid = o.oid
                        AND s.deptype IN ('a', 'i') AND o.sort = 'sequence')
   UNION ALL
  SELECT 'pg_has_role ' || w.word, s.name, g.name, (s.super OR w.has)::text, pg_has_role(s.name, g.name, w.word)::text
    FROM doc CROSS JOIN subject s CROSS JOIN subject g
   CROSS JOIN LATERAL (VALUES
         ('MEMBER', EXISTS (SELECT FROM belongs b WHERE b.name = s.name AND b.has = g.name)),
         ('USAGE', EXISTS (SELECT FROM inherited b WHERE b.name = s.name AND b.has = g.name)),
         ('SET', EXISTS (SELECT FROM becomes b WHERE b.name = s.name AND b.has = g.name))) AS w (word, has)
   WHERE CASE WHEN w.word <> 'SET' OR major >= 16 THEN (s.super OR w.has) <> pg_has_role(s.name, g.name, w.word) END
   UNION ALL
  SELECT 'membership', COALESCE(e.member, n.member), COALESCE(e.role, n.role), to_jsonb(e)::text, to_jsonb(n)::text
    FROM edge e FULL JOIN (SELECT n.role, n.member, n.admin, CASE WHEN major >= 16 THEN n.inherit END AS inherit, n.set FROM member_now n, doc) n
      ON n.role = e.role AND n.member = e.member
   WHERE to_jsonb(e) IS DISTINCT FROM to_jsonb(n)
   UNION ALL
  SELECT 'default ' || COALESCE(e.privilege, n.privilege), COALESCE(e.grantee, n.grantee),
         concat_ws(' ', COALESCE(e.owner, n.owner), COALESCE(e.schema, n.schema), COALESCE(e.letter, n.letter)), e.grantable::text, n.grantable::text
    FROM (SELECT owner, schema, letter, grantee, privilege, bool_or(grantable) AS grantable
            FROM default_rule JOIN default_letter USING (word) WHERE NOT absent GROUP BY 1, 2, 3, 4, 5
           UNION
          SELECT b.* FROM doc, default_was b
           WHERE NOT EXISTS (SELECT FROM default_rule r JOIN default_letter l USING (word)
                              WHERE (r.owner, l.letter, r.grantee, r.privilege) = (b.owner, b.letter, b.grantee, b.privilege)
                                AND r.schema IS NOT DISTINCT FROM b.schema)
             AND NOT (b.grantee IN (SELECT name FROM declared)
                      AND CASE WHEN b.schema IS NOT NULL THEN b.schema IN (SELECT name FROM in_scope)
                               ELSE d ->> 'coverage' = 'database' OR b.owner IN (SELECT r.owner FROM default_rule r WHERE r.schema IS NULL) END)
             AND b.grantee NOT IN (SELECT name FROM retired) AND b.owner NOT IN (SELECT name FROM retired)) e
    FULL JOIN default_now n ON (n.owner, n.letter, n.grantee, n.privilege, COALESCE(n.schema, '')) = (e.owner, e.letter, e.grantee, e.privilege, COALESCE(e.schema, ''))
   WHERE e.grantable IS DISTINCT FROM n.grantable AND COALESCE(e.owner, n.owner) <> COALESCE(e.grantee, n.grantee)
   UNION ALL
  SELECT 'setting ' || name, role, CASE WHEN here THEN 'in the database' END, e.value, n.value
    FROM (SELECT c.name AS role, k.key = 'database_config' AS here, s.key AS name, s.value
            FROM declared c, (VALUES ('config'), ('database_config')) AS k (key), jsonb_each_text(c.section -> k.key) s
           UNION ALL
          SELECT b.* FROM setting_before b
           WHERE b.role NOT IN (SELECT name FROM retired)
             AND NOT EXISTS (SELECT FROM declared c WHERE c.name = b.role AND c.section ? CASE WHEN b.here THEN 'database_config' ELSE 'config' END)) e
    FULL JOIN setting_now n USING (role, here, name)
   WHERE e.value IS DISTINCT FROM n.value
   UNION ALL
  SELECT 'attributes', COALESCE(e.name, n.name), NULL, e.state::text, n.state::text
    FROM (SELECT name, jsonb_build_object('login', false, 'superuser', false, 'createdb', false, 'createrole', false, 'inherit', true,
                   'replication', false, 'bypassrls', false, 'connection_limit', -1, 'comment', NULL, 'password_valid_until', NULL)
                 || (section - 'name' - 'config' - 'database_config' - 'password_valid_until' - 'preserve_undeclared_grants' - 'external')
                 || jsonb_build_object('password_valid_until', extract(epoch FROM (section ->> 'password_valid_until')::timestamptz)::bigint) AS state
            FROM declared WHERE NOT external
           UNION ALL
          SELECT b.name, b.state FROM role_before b
           WHERE b.name NOT IN (SELECT name FROM declared WHERE NOT external UNION ALL SELECT name FROM retired)) e
    FULL JOIN role_now n USING (name)
   WHERE e.state IS DISTINCT FROM n.state
)
SELECT * FROM found ORDER BY 1, 2, 3 LIMIT 20
