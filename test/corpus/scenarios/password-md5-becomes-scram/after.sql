SELECT count(*) = 2 FROM pg_authid WHERE rolname IN ('ana', 'ben') AND rolpassword ~ '^SCRAM-SHA-256\$4096:';
SELECT rolvaliduntil = '2030-01-01 00:00:00+00' FROM pg_authid WHERE rolname = 'ana';
