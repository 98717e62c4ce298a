CREATE ROLE legacy;
CREATE SCHEMA app;
CREATE TABLE app.t (id int, secret text);
CREATE TABLE public.t (id int);
GRANT SELECT (secret) ON app.t TO legacy;
GRANT SELECT ON public.t TO legacy;
GRANT CONNECT ON DATABASE corpus TO legacy;
