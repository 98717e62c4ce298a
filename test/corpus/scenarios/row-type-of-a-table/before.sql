CREATE ROLE maker;
CREATE SCHEMA app;
CREATE TABLE app.t (id int);
CREATE TYPE app.mood AS ENUM ('good');
