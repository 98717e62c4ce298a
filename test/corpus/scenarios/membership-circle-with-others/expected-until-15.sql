GRANT "team" TO "ana";
