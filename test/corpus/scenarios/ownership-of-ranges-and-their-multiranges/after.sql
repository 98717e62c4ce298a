SELECT count(*) = 6 FROM pg_type WHERE typowner = 'keeper'::regrole AND typtype IN ('r', 'm');
