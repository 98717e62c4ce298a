SELECT bool_and(relowner = CASE relname WHEN 'v' THEN 'heir' ELSE 'app_owner' END::regrole) FROM pg_class WHERE relnamespace = 'app'::regnamespace;
