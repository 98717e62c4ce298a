GRANT USAGE ON SCHEMA public TO legacy;
ALTER DATABASE corpus_other OWNER TO corpus_manager;
