SELECT bool_and(relowner = 'app_owner'::regrole) AND count(*) = 2 FROM pg_class WHERE relname IN ('by_invoker', 'by_invoker_too');
