ALTER DATABASE corpus_other OWNER TO app_owner;
