GRANT SET ON PARAMETER log_statement, myapp.setting TO "tuner";
