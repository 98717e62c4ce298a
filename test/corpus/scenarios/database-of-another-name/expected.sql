REVOKE CREATE ON DATABASE corpus_other FROM "app";
GRANT CONNECT ON DATABASE corpus_other TO "app";
