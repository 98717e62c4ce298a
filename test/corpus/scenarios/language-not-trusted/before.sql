CREATE ROLE writer;
