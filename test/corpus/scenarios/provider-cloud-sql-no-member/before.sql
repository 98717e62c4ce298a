CREATE ROLE cloudsqlsuperuser;
ALTER ROLE corpus_manager NOCREATEROLE;
