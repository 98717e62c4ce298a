GRANT SET ON PARAMETER log_statement, app.tenant TO corpus_manager;
