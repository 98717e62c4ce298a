SET ROLE corpus_manager;
CREATE ROLE reader;
CREATE ROLE former;
SELECT lo_create(4000000001), lo_create(777), lo_create(778);
GRANT SELECT, UPDATE ON LARGE OBJECT 777, 778 TO former;
