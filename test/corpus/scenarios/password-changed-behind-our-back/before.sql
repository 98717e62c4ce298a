SET password_encryption = 'scram-sha-256';
CREATE ROLE ana LOGIN PASSWORD 'another' VALID UNTIL '2030-01-01 00:00:00+00';
CREATE ROLE ben LOGIN PASSWORD 'password of ben';
CREATE ROLE eve LOGIN PASSWORD 'kept, as nothing is declared';
CREATE ROLE gus LOGIN;
CREATE TABLE kept AS SELECT rolname, rolpassword FROM pg_authid WHERE rolname IN ('ben', 'eve');
