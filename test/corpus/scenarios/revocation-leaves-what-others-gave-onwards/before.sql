CREATE ROLE lead;
CREATE ROLE reader;
CREATE ROLE outsider;
CREATE TABLE public.t (id int);
CREATE TABLE public.u (id int);
GRANT SELECT ON public.t TO lead WITH GRANT OPTION;
SET ROLE lead;
GRANT SELECT ON public.t TO reader, outsider;
RESET ROLE;
