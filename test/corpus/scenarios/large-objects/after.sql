SELECT lomacl::text LIKE '%reader=r*/corpus_manager%' AND lomacl::text NOT LIKE '%former%' FROM pg_largeobject_metadata WHERE oid = 777;
SELECT lomacl::text LIKE '%=r/%' AND lomacl::text LIKE '%reader=rw/%' FROM pg_largeobject_metadata WHERE oid = 4000000001;
SELECT lomacl::text LIKE '%former%' FROM pg_largeobject_metadata WHERE oid = 778;
