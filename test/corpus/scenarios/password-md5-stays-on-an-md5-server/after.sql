SELECT rolpassword ~ '^md5' FROM pg_authid WHERE rolname = 'ana';
SELECT rolpassword ~ '^SCRAM-SHA-256\$' FROM pg_authid WHERE rolname = 'ben';
