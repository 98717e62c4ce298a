ALTER ROLE "ana" RESET "statement_timeout";
ALTER ROLE "ana" IN DATABASE "corpus" RESET "lock_timeout";
CREATE ROLE "ben" NOLOGIN;
ALTER ROLE "ana" SET "search_path" TO 'a', 'b';
ALTER ROLE "ana" SET "work_mem" TO '1GB';
ALTER ROLE "ana" IN DATABASE "corpus" SET "idle_session_timeout" TO '1h';
ALTER ROLE "ben" SET "default_transaction_read_only" TO 'on';
