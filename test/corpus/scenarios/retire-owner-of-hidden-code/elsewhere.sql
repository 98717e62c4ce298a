CREATE TABLE public.t (id int);
ALTER TABLE public.t OWNER TO legacy;
GRANT REFERENCES ON public.t TO editor;
