SELECT array_agg(defaclobjtype::text || (defaclacl @> '=r/maker'::aclitem)) = ARRAY['rtrue'] FROM pg_default_acl;
