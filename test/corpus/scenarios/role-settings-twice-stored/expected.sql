ALTER ROLE "ana" RESET "MyApp"."Tenant";
