GRANT SELECT ON TABLE app.theirs TO "app";
GRANT SELECT ON TABLE app.mine TO "other";
