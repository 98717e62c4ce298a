GRANT SET ON PARAMETER log_statement, myapp.setting TO corpus_manager WITH GRANT OPTION;
SET ROLE corpus_manager;
CREATE ROLE tuner;
