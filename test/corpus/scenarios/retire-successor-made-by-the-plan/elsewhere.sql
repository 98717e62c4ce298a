CREATE TABLE t (id int);
ALTER TABLE t OWNER TO legacy;
