SELECT NOT has_table_privilege('reader', 'public.t', 'SELECT') AND has_table_privilege('outsider', 'public.t', 'SELECT');
