SELECT rolconnlimit = -1 FROM pg_roles WHERE rolname = 'corpus_manager';
