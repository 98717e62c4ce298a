COMMENT ON ROLE "reader" IS E'two\nlines\u0009of C:\\new';
REVOKE UPDATE (U&"c\000A-- nothing\000A") ON TABLE app.U&"t\001B]0;owned\0007\001B[2J\202E\200B\+0E0041 \\ ""q""" FROM "reader";
GRANT USAGE ON TYPE app.U&"y\001B[8m" TO "reader";
GRANT SELECT ON TABLE app.U&"t\001B]0;owned\0007\001B[2J\202E\200B\+0E0041 \\ ""q""", app.U&"u\000D\000AGRANT ALL\0009\0085\009B\2028" TO "reader";
GRANT EXECUTE ON FUNCTION app.U&"f\001B[1A"(app.U&"y\001B[8m"[]) TO "reader";
