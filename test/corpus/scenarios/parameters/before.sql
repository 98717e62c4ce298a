CREATE ROLE tuner;
CREATE ROLE former;
GRANT SET, ALTER SYSTEM ON PARAMETER track_functions TO former, tuner;
GRANT SET ON PARAMETER work_mem TO former;
