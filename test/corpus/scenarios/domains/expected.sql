REVOKE USAGE ON TYPE app.age, app.mood, app.tag FROM PUBLIC;
REVOKE USAGE ON TYPE app.mood FROM "domain_maker";
GRANT USAGE ON TYPE app.age, app.mood, app.tag TO "maker";
GRANT USAGE ON TYPE app.tag TO "domain_maker";
GRANT USAGE ON TYPE app.age TO "one_maker";
