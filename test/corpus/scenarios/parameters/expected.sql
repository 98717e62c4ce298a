REVOKE ALTER SYSTEM, SET ON PARAMETER track_functions FROM "former";
REVOKE ALTER SYSTEM ON PARAMETER track_functions FROM "tuner";
GRANT SET ON PARAMETER datestyle, myapp.setting TO "tuner";
GRANT ALTER SYSTEM ON PARAMETER log_statement TO "tuner";
GRANT SET ON PARAMETER log_statement TO "tuner" WITH GRANT OPTION;
