CREATE ROLE monitor;
GRANT SELECT ON pg_catalog.pg_authid TO monitor;
