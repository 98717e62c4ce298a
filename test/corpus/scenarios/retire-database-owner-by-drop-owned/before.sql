CREATE ROLE legacy;
CREATE TABLE public.t (id int);
ALTER TABLE public.t OWNER TO legacy;
ALTER DATABASE corpus OWNER TO legacy;
