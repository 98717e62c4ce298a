CREATE ROLE old;
CREATE ROLE app;
CREATE TABLE public.kept (a int);
CREATE TABLE public.gone (a int);
ALTER TABLE public.gone OWNER TO old;
