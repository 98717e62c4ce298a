CREATE ROLE legacy LOGIN;
CREATE TABLE public.here (id int);
ALTER TABLE public.here OWNER TO legacy;
