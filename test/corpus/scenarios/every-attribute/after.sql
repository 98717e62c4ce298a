SELECT rolsuper AND rolcreatedb AND rolcreaterole AND NOT rolinherit AND rolcanlogin AND rolreplication AND rolbypassrls FROM pg_roles WHERE rolname = 'off';
SELECT NOT (rolsuper OR rolcreatedb OR rolcreaterole OR NOT rolinherit OR rolcanlogin OR rolreplication OR rolbypassrls) AND rolconnlimit = -1 FROM pg_roles WHERE rolname = 'on_';
