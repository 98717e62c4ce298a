GRANT EXECUTE ON FUNCTION ext.digest(text,text), ext.own() TO "reader";
