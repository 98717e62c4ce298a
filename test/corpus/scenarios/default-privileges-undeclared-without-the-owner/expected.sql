COMMENT ON ROLE "reader" IS 'new';
