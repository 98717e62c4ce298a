CREATE ROLE maker;
CREATE SCHEMA app;
CREATE TYPE app.mood AS ENUM ('good');
