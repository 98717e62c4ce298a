GRANT SELECT ON TABLE app.mine TO "other";
GRANT SELECT ON TABLE app.theirs TO "app";
