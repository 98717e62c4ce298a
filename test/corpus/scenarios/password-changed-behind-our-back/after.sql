SELECT count(*) = 2 FROM pg_authid WHERE rolname IN ('ana', 'gus') AND rolpassword ~ '^SCRAM-SHA-256\$4096:';
SELECT count(*) = 2 FROM pg_authid a JOIN kept k USING (rolname) WHERE a.rolpassword = k.rolpassword;
SELECT rolvaliduntil = '2030-01-01 00:00:00+00' FROM pg_authid WHERE rolname = 'ana';
