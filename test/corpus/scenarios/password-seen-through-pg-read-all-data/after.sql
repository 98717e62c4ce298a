SELECT count(*) = 3 FROM pg_authid WHERE rolname IN ('ana', 'ben', 'new') AND rolpassword ~ '^SCRAM-SHA-256\$4096:';
