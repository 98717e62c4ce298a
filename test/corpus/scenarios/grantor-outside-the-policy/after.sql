SELECT has_table_privilege('dba', 'app.t', 'SELECT WITH GRANT OPTION, INSERT WITH GRANT OPTION');
