CREATE ROLE reader;
SELECT lo_create(778);
