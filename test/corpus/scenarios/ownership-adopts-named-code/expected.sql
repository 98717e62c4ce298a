ALTER MATERIALIZED VIEW app.m OWNER TO "app_owner";
ALTER ROUTINE app.definer() OWNER TO "app_owner";
ALTER ROUTINE app.invoker() OWNER TO "app_owner";
ALTER TABLE app.t OWNER TO "app_owner";
ALTER VIEW app.v OWNER TO "app_owner";
