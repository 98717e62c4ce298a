SELECT relowner = 'app_owner'::regrole FROM pg_class WHERE oid = 'app.granted'::regclass;
SELECT bool_and(relowner = 'mallory'::regrole) AND count(*) = 2 FROM pg_class WHERE oid IN ('app.another'::regclass, 'app.unnamed'::regclass);
