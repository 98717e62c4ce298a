SELECT srvowner = 'keeper'::regrole FROM pg_foreign_server WHERE srvname = 'server';
