CREATE SCHEMA app;
CREATE TABLE app.person (id int, ssn text);
