ALTER VIEW app.by_invoker OWNER TO "app_owner";
ALTER VIEW app.by_invoker_too OWNER TO "app_owner";
