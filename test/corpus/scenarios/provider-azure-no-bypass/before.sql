CREATE ROLE azure_pg_admin;
GRANT azure_pg_admin TO corpus_manager;
