CREATE ROLE legacy;
CREATE ROLE heir;
CREATE TABLE public.t (id int);
ALTER TABLE public.t OWNER TO legacy;
