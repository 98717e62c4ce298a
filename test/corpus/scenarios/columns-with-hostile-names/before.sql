GRANT CREATE ON DATABASE corpus TO corpus_manager;
SET ROLE corpus_manager;
CREATE ROLE "r""eader";
CREATE SCHEMA "a.b";
CREATE TABLE "a.b"."T"".""x" ("c""d" int, "a, b) ON TABLE x TO PUBLIC; --" int, "e\f" int, "g'h" int, "i""); --" int);
GRANT SELECT ("i""); --", "c""d") ON "a.b"."T"".""x" TO "r""eader";
