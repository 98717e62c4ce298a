ALTER ROLE "an""a; DROP ROLE x" RESET "myapp2"."other";
ALTER ROLE "an""a; DROP ROLE x" SET "MyApp"."Tenant" TO '2''; DROP ROLE x; --';
ALTER ROLE "an""a; DROP ROLE x" SET "my_app"."user" TO '';
ALTER ROLE "an""a; DROP ROLE x" SET "search_path" TO '''; DROP ROLE x; --', 'a';
