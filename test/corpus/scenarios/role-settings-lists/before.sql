CREATE ROLE same;
CREATE ROLE one_name;
ALTER ROLE same SET search_path = '$user', 'App', 'a "b", c', 'select', public;
ALTER ROLE same SET temp_tablespaces = '';
ALTER ROLE one_name SET search_path = '"$user", public';
