-- What the server says, as temporary views, and beside each a table that keeps what it said before.
-- Written for the oracle alone: nothing of it is in, or comes from, the product.

CREATE TEMP VIEW place AS
SELECT * FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema';

CREATE TEMP VIEW object_now AS
SELECT 'relation' AS class, c.oid, 0 AS sub, n.nspname::text AS schema, c.relname::text AS name,
       CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view' WHEN 'S' THEN 'sequence'
                      WHEN 'f' THEN 'foreign_table' ELSE 'table' END AS sort,
       NULL::text AS col, pg_get_userbyid(c.relowner)::text AS owner,
       COALESCE(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner)) AS acl
  FROM pg_class c JOIN place n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
 UNION ALL
SELECT 'column', c.oid, a.attnum, n.nspname, c.relname, 'column', a.attname, pg_get_userbyid(c.relowner), a.attacl
  FROM pg_class c JOIN place n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped
 UNION ALL
SELECT 'routine', p.oid, 0, n.nspname, p.proname || '(' || oidvectortypes(p.proargtypes) || ')',
       CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END, NULL, pg_get_userbyid(p.proowner),
       COALESCE(p.proacl, acldefault('f', p.proowner))
  FROM pg_proc p JOIN place n ON n.oid = p.pronamespace
 WHERE NOT EXISTS (SELECT FROM pg_depend i WHERE i.classid = 'pg_proc'::regclass AND i.objid = p.oid AND i.deptype = 'i')
 UNION ALL
SELECT 'type', t.oid, 0, n.nspname, t.typname, CASE t.typtype WHEN 'd' THEN 'domain' ELSE 'type' END, NULL,
       pg_get_userbyid(t.typowner), COALESCE(t.typacl, acldefault('T', t.typowner))
  FROM pg_type t JOIN place n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
 WHERE t.typtype IN ('d', 'e', 'r') OR c.relkind = 'c'
 UNION ALL
SELECT 'schema', n.oid, 0, n.nspname, n.nspname, 'schema', NULL, pg_get_userbyid(n.nspowner), COALESCE(n.nspacl, acldefault('n', n.nspowner))
  FROM place n
 UNION ALL
SELECT 'database', d.oid, 0, NULL, d.datname, 'database', NULL, pg_get_userbyid(d.datdba), COALESCE(d.datacl, acldefault('d', d.datdba))
  FROM pg_database d WHERE d.datname = current_database()
 UNION ALL
SELECT 'wrapper', w.oid, 0, NULL, w.fdwname, 'wrapper', NULL, pg_get_userbyid(w.fdwowner), COALESCE(w.fdwacl, acldefault('F', w.fdwowner))
  FROM pg_foreign_data_wrapper w
 UNION ALL
SELECT 'server', s.oid, 0, NULL, s.srvname, 'server', NULL, pg_get_userbyid(s.srvowner), COALESCE(s.srvacl, acldefault('S', s.srvowner))
  FROM pg_foreign_server s
 UNION ALL
SELECT 'language', l.oid, 0, NULL, l.lanname, 'language', NULL, pg_get_userbyid(l.lanowner), COALESCE(l.lanacl, acldefault('l', l.lanowner))
  FROM pg_language l WHERE l.lanpltrusted
 UNION ALL
SELECT 'tablespace', t.oid, 0, NULL, t.spcname, 'tablespace', NULL, pg_get_userbyid(t.spcowner), COALESCE(t.spcacl, acldefault('t', t.spcowner))
  FROM pg_tablespace t
 UNION ALL
SELECT 'large_object', m.oid, 0, NULL, m.oid::text, 'large_object', NULL, pg_get_userbyid(m.lomowner), COALESCE(m.lomacl, acldefault('L', m.lomowner))
  FROM pg_largeobject_metadata m
 UNION ALL -- a parameter has a row, and an OID, only while something is granted on it; the first superuser is its owner
SELECT 'parameter', p.n, 0, NULL, p.name, 'parameter', NULL, pg_get_userbyid(10), a.paracl
  FROM (VALUES (1::oid, 'work_mem'), (2, 'log_statement'), (3, 'universe.bound')) AS p (n, name)
  LEFT JOIN {15: pg_parameter_acl ELSE (SELECT NULL AS parname, NULL::aclitem[] AS paracl)} a ON a.parname = p.name;

CREATE TEMP VIEW acl_now AS
SELECT o.class, o.oid, o.sub, COALESCE(r.rolname, 'PUBLIC')::text AS grantee, a.privilege_type AS privilege,
       a.is_grantable AS grantable, pg_get_userbyid(a.grantor)::text AS grantor
  FROM object_now o CROSS JOIN aclexplode(o.acl) a LEFT JOIN pg_roles r ON r.oid = a.grantee;

-- Where an owner has no global row, the built-in default is in its place. Of the owner's own privileges nothing is said.
CREATE TEMP VIEW default_now AS
SELECT o.rolname::text AS owner, d.schema, d.letter, COALESCE(r.rolname, 'PUBLIC')::text AS grantee,
       a.privilege_type AS privilege, bool_or(a.is_grantable) AS grantable
  FROM pg_roles o
 CROSS JOIN LATERAL (
       SELECT n.nspname::text AS schema, d.defaclobjtype::text AS letter, d.defaclacl AS acl
         FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace WHERE d.defaclrole = o.oid
        UNION ALL
       SELECT NULL, l.letter, acldefault(l.letter::"char", o.oid)
         FROM (VALUES ('f'), ('T')) AS l (letter)
        WHERE NOT EXISTS (SELECT FROM pg_default_acl d WHERE d.defaclrole = o.oid AND d.defaclnamespace = 0 AND d.defaclobjtype = l.letter::"char")) d
 CROSS JOIN aclexplode(d.acl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
 WHERE o.rolname !~ '^pg_' AND a.grantee <> o.oid
 GROUP BY 1, 2, 3, 4, 5;

-- Before PostgreSQL 16 the member's INHERIT attribute decides, and SET ROLE is always allowed.
CREATE TEMP VIEW member_now AS
SELECT g.rolname::text AS role, m.rolname::text AS member, bool_or(a.admin_option) AS admin,
       bool_or({16: a.inherit_option ELSE m.rolinherit}) AS inherit, bool_or({16: a.set_option ELSE true}) AS set
  FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
 WHERE m.rolname <> ALL (ARRAY['postgres', 'manager']) AND m.rolname !~ '^pg_'
 GROUP BY 1, 2;

CREATE TEMP VIEW role_now AS
SELECT r.rolname::text AS name, jsonb_build_object(
         'login', rolcanlogin, 'superuser', rolsuper, 'createdb', rolcreatedb, 'createrole', rolcreaterole,
         'inherit', rolinherit, 'replication', rolreplication, 'bypassrls', rolbypassrls,
         'connection_limit', rolconnlimit, 'comment', shobj_description(oid, 'pg_authid'),
         'password_valid_until', extract(epoch FROM NULLIF(rolvaliduntil, 'infinity'))::bigint) AS state
  FROM pg_roles r WHERE r.rolname !~ '^pg_' AND r.rolname NOT IN ('postgres', 'manager');

CREATE TEMP VIEW setting_now AS
SELECT r.rolname::text AS role, s.setdatabase <> 0 AS here, split_part(c.entry, '=', 1) AS name,
       substr(c.entry, strpos(c.entry, '=') + 1) AS value
  FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole CROSS JOIN unnest(s.setconfig) AS c (entry)
 WHERE s.setdatabase = 0 OR s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database());

CREATE TEMP TABLE object_before AS SELECT * FROM object_now;
CREATE TEMP TABLE acl_before AS SELECT * FROM acl_now;
CREATE TEMP TABLE default_before AS SELECT * FROM default_now;
CREATE TEMP TABLE member_before AS SELECT * FROM member_now;
CREATE TEMP TABLE role_before AS SELECT * FROM role_now;
CREATE TEMP TABLE setting_before AS SELECT * FROM setting_now;
