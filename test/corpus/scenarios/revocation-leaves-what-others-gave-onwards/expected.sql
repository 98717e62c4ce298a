SET LOCAL ROLE "lead";
REVOKE SELECT ON TABLE public.t FROM "reader";
SET LOCAL ROLE "postgres";
