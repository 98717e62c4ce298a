SELECT defaclacl = '{maker=a/maker}' FROM pg_default_acl WHERE defaclrole = 'maker'::regrole AND defaclnamespace <> 0;
SELECT defaclacl = '{=X/maker}' FROM pg_default_acl WHERE defaclrole = 'maker'::regrole AND defaclnamespace = 0;
SELECT defaclacl = '{maker=r/reader}' FROM pg_default_acl WHERE defaclrole = 'reader'::regrole;
