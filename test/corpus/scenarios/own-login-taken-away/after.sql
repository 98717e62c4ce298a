SELECT rolcanlogin FROM pg_roles WHERE rolname = 'corpus_manager';
