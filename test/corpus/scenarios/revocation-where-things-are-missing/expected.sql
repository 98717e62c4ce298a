REVOKE SELECT ON TABLE public.t FROM "reader";
