SELECT has_language_privilege('writer', 'plpgsql', 'USAGE') AND NOT has_language_privilege('public', 'plpgsql', 'USAGE');
SELECT NOT has_language_privilege('former', 'plpgsql', 'USAGE') AND has_language_privilege('former', 'sql', 'USAGE');
