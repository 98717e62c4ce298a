-- What of the universe is in no schema: see ground.ts. {actor} is replaced by who connects. Only superusers own foreign
-- data wrappers, and everyone may make servers with the first one, without which nobody but a superuser could give one
-- to another owner. Who is no superuser manages the wrappers by the grant option.
CREATE FOREIGN DATA WRAPPER universe_wrapper;
CREATE FOREIGN DATA WRAPPER "Odd ""wrapper""; --";
GRANT USAGE ON FOREIGN DATA WRAPPER universe_wrapper TO PUBLIC;
GRANT USAGE ON FOREIGN DATA WRAPPER universe_wrapper, "Odd ""wrapper""; --" TO manager WITH GRANT OPTION;
CREATE SERVER universe_server FOREIGN DATA WRAPPER universe_wrapper;
CREATE SERVER "Odd ""server""; --" FOREIGN DATA WRAPPER universe_wrapper;
ALTER SERVER universe_server OWNER TO {actor};
ALTER SERVER "Odd ""server""; --" OWNER TO {actor};
GRANT USAGE ON FOREIGN SERVER universe_server TO keeper;
CREATE TRUSTED LANGUAGE universe_language HANDLER plpgsql_call_handler;
CREATE TRUSTED LANGUAGE "Odd ""language""; --" HANDLER plpgsql_call_handler;
ALTER LANGUAGE universe_language OWNER TO {actor};
ALTER LANGUAGE "Odd ""language""; --" OWNER TO {actor};
ALTER TABLESPACE "Odd ""space""; --" OWNER TO {actor};
SELECT lo_create(77), lo_create(4000000001);
ALTER LARGE OBJECT 77 OWNER TO {actor};
ALTER LARGE OBJECT 4000000001 OWNER TO {actor};
