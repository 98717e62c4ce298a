CREATE ROLE ana LOGIN PASSWORD 'another' ADMIN corpus_manager;
CREATE ROLE ben LOGIN ADMIN corpus_manager;
