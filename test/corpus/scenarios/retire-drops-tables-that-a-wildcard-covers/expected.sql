DROP OWNED BY "old";
DROP ROLE "old";
GRANT SELECT ON TABLE public.kept TO "app";
