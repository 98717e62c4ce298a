GRANT USAGE ON TYPE app.age, app.pair, app.span, app.tags TO "maker";
