SELECT NOT has_table_privilege('reader', 'public.t', 'SELECT') AND to_regrole('never_made') IS NULL AND to_regnamespace('gone') IS NULL;
