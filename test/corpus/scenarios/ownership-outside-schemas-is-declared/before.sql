CREATE ROLE app_owner;
CREATE EXTENSION postgres_fdw;
CREATE SERVER "far away" FOREIGN DATA WRAPPER postgres_fdw;
ALTER SERVER "far away" OWNER TO app_owner;
CREATE SERVER undeclared FOREIGN DATA WRAPPER postgres_fdw;
ALTER SERVER undeclared OWNER TO app_owner;
SELECT lo_create(4711);
ALTER LARGE OBJECT 4711 OWNER TO app_owner;
