CREATE ROLE ana;
ALTER ROLE ana SET "MyApp"."Tenant" = '1';
UPDATE pg_db_role_setting SET setconfig = setconfig || 'myapp.tenant=2'::text WHERE setrole = 'ana'::regrole;
