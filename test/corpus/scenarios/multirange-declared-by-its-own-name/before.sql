CREATE ROLE app;
CREATE TYPE public.span AS RANGE (subtype = int4, multirange_type_name = spans);
