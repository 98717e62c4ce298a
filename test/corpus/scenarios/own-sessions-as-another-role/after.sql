SELECT setconfig = '{role=staff}' FROM pg_db_role_setting WHERE setrole = 'corpus_manager'::regrole;
