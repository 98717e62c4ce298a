CREATE ROLE "an""a; DROP ROLE x";
ALTER ROLE "an""a; DROP ROLE x" SET "MyApp"."Tenant" = '1';
ALTER ROLE "an""a; DROP ROLE x" SET "my_app"."select" = '1';
ALTER ROLE "an""a; DROP ROLE x" SET myapp2.other = 'x=y';
