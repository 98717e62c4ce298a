ALTER ROLE CURRENT_USER IN DATABASE corpus SET password_encryption = 'md5';
SET password_encryption = 'md5';
CREATE ROLE ana LOGIN PASSWORD 'password of ana';
CREATE ROLE ben LOGIN PASSWORD 'another';
