SELECT has_table_privilege('reader', 'app.t', 'SELECT');
SELECT nspowner = 'corpus_manager'::regrole FROM pg_namespace WHERE nspname = 'made';
