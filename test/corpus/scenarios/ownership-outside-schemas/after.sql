SELECT srvowner = 'keeper'::regrole AND has_server_privilege('reader', 'near', 'USAGE') FROM pg_foreign_server WHERE srvname = 'near';
SELECT fdwowner = 'keeper'::regrole FROM pg_foreign_data_wrapper WHERE fdwname = 'nowhere';
SELECT lanowner = 'keeper'::regrole FROM pg_language WHERE lanname = 'plmine';
SELECT lomowner = 'keeper'::regrole FROM pg_largeobject_metadata WHERE oid = 4000000002;
SELECT datdba = 'keeper'::regrole FROM pg_database WHERE datname = 'corpus';
