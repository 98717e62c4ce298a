SET ROLE corpus_manager;
CREATE ROLE had LOGIN PASSWORD 'chosen by hand';
RESET ROLE;
