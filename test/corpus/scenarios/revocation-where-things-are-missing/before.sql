CREATE ROLE reader;
CREATE TABLE public.t (id int);
GRANT SELECT ON public.t TO reader;
