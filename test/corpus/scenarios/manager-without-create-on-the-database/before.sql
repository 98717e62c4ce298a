REVOKE CREATE ON DATABASE corpus FROM corpus_manager;
