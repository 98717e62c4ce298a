CREATE ROLE had LOGIN PASSWORD 'chosen by hand';
CREATE ROLE has_none LOGIN;
