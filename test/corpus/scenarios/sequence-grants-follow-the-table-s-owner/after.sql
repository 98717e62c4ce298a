SELECT has_sequence_privilege('app_owner', 'app.t_id_seq', 'UPDATE') AND NOT has_sequence_privilege('app_owner', 'app.alone', 'USAGE');
SELECT has_sequence_privilege('reader', 'app.t_id_seq', 'USAGE') AND NOT has_sequence_privilege('reader', 'app.t_id_seq', 'SELECT');
