SET ROLE corpus_manager;
CREATE ROLE app;
RESET ROLE;
CREATE ROLE cloudsqlsuperuser;
CREATE ROLE guest;
GRANT app TO cloudsqlsuperuser;
GRANT app TO guest;
