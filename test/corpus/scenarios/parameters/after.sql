SELECT has_parameter_privilege('tuner', 'log_statement', 'ALTER SYSTEM') AND has_parameter_privilege('tuner', 'log_statement', 'SET WITH GRANT OPTION');
SELECT has_parameter_privilege('tuner', 'track_functions', 'SET') AND NOT has_parameter_privilege('tuner', 'track_functions', 'ALTER SYSTEM') AND NOT has_parameter_privilege('former', 'track_functions', 'SET');
SELECT has_parameter_privilege('former', 'work_mem', 'SET') AND has_parameter_privilege('tuner', 'myapp.setting', 'SET');
