CREATE ROLE legacy;
CREATE ROLE heir;
CREATE SCHEMA app;
CREATE TABLE app.t (id int);
CREATE POLICY p ON app.t TO legacy;
