CREATE ROLE old LOGIN;
GRANT old TO corpus_manager WITH ADMIN OPTION;
GRANT pg_read_all_data TO old;
CREATE ROLE app LOGIN;
GRANT app TO corpus_manager WITH ADMIN OPTION;
