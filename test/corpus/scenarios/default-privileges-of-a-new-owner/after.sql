SELECT array_agg(defaclobjtype::text || defaclacl::text ORDER BY defaclobjtype) = ARRAY['f{newcomer=X/newcomer}', 'r' || (acldefault('r', 'newcomer'::regrole) || 'reader=r/newcomer'::aclitem)::text] FROM pg_default_acl;
SELECT NOT pg_has_role('corpus_manager', 'newcomer', 'USAGE');
