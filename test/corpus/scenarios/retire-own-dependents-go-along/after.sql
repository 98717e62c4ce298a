SELECT count(*) = 0 FROM pg_namespace WHERE nspname = 'app';
SELECT count(*) = 0 FROM pg_largeobject_metadata;
SELECT count(*) = 0 FROM pg_publication;
