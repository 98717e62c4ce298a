ALTER DATABASE corpus_other OWNER TO pg_monitor;
GRANT CONNECT ON DATABASE corpus_other TO legacy;
CREATE TABLE t (id int);
ALTER TABLE t OWNER TO pg_signal_backend;
GRANT SELECT ON t TO legacy;
