CREATE ROLE "libraries" NOLOGIN;
CREATE ROLE "nothing" NOLOGIN;
ALTER ROLE "one_name" SET "search_path" TO '$user', 'public';
ALTER ROLE "libraries" SET "session_preload_libraries" TO 'auto_explain', '$libdir/plpgsql';
ALTER ROLE "nothing" SET "search_path" TO '';
