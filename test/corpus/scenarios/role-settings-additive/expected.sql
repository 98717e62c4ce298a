ALTER ROLE "ana" SET "lock_timeout" TO '1s';
