SELECT shobj_description('changed'::regrole, 'pg_authid') = U&'after: \\ ''quoted'' "twice"\000Aand a second line \2013 \00E9';
SELECT shobj_description('removed'::regrole, 'pg_authid') IS NULL;
