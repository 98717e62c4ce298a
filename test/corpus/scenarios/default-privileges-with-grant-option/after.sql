SELECT defaclacl @> 'reader=a*r*/maker'::aclitem AND defaclacl @> 'writer=r/maker'::aclitem FROM pg_default_acl;
