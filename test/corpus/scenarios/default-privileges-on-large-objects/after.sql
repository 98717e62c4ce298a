SELECT defaclacl @> 'reader=r/maker'::aclitem AND defaclobjtype = 'L' FROM pg_default_acl;
