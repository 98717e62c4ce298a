\connect "corpus_other"
GRANT INSERT (id) ON TABLE public.t TO "legacy" WITH GRANT OPTION;
REVOKE INSERT (id) ON TABLE public.t FROM "legacy" CASCADE;
DROP OWNED BY "legacy";
DROP OWNED BY "other";
\connect "corpus"
GRANT UPDATE ("a b") ON TABLE shop.t TO "legacy" WITH GRANT OPTION;
REVOKE UPDATE ("a b") ON TABLE shop.t FROM "legacy" CASCADE;
DROP OWNED BY "legacy";
DROP OWNED BY "other";
DROP ROLE "legacy";
DROP ROLE "other";
