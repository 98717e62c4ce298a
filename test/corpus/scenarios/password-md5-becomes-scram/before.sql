SET password_encryption = 'md5';
CREATE ROLE ana LOGIN PASSWORD 'password of ana' VALID UNTIL '2030-01-01 00:00:00+00';
CREATE ROLE ben LOGIN PASSWORD 'another';
