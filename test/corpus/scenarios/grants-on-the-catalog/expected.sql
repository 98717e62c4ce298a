REVOKE SELECT ON TABLE pg_catalog.pg_authid FROM "monitor";
GRANT SELECT ON TABLE pg_catalog.pg_statistic TO "monitor";
GRANT EXECUTE ON FUNCTION pg_ls_dir(text) TO "monitor";
