SELECT has_table_privilege('app', 'public.kept', 'SELECT')
