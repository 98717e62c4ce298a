/**
 * The tables of two demo databases, with access that someone granted by hand before there were policies. The policies
 * in examples/ correct this access. Each script runs once as superuser, when the demo server is created.
 */
export const shopSql = `
CREATE ROLE shop_owner;
CREATE ROLE legacy_import LOGIN;
CREATE ROLE intern LOGIN;
CREATE SCHEMA app AUTHORIZATION shop_owner;
CREATE SCHEMA billing AUTHORIZATION shop_owner;
SET ROLE shop_owner;
CREATE TABLE app.customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, email text);
CREATE TABLE app.products (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text, price numeric);
CREATE TABLE app.orders (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  customer bigint REFERENCES app.customers,
  product bigint REFERENCES app.products
);
CREATE FUNCTION app.revenue() RETURNS numeric LANGUAGE sql STABLE
  AS 'SELECT sum(p.price) FROM app.orders o JOIN app.products p ON p.id = o.product';
CREATE TABLE billing.invoices (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer bigint, total numeric);
CREATE TABLE billing.cards (customer bigint, last4 text);
GRANT USAGE ON SCHEMA app, billing TO intern;
GRANT SELECT ON ALL TABLES IN SCHEMA billing TO intern;
GRANT SELECT, UPDATE, DELETE ON app.customers TO intern;
GRANT USAGE, CREATE ON SCHEMA app TO legacy_import;
SET ROLE legacy_import;
CREATE TABLE app.import_batch (id int, loaded timestamptz);
RESET ROLE;
CREATE TABLE app.price_fix (product bigint, price numeric);
CREATE SCHEMA attic;
CREATE TABLE attic.orders_2019 (id bigint, customer bigint);
GRANT USAGE ON SCHEMA attic TO intern;
GRANT SELECT ON attic.orders_2019 TO intern;
`;

export function analyticsSql(managerVerifier: string): string {
  return `
CREATE ROLE analytics_manager LOGIN CREATEROLE PASSWORD '${managerVerifier}';
CREATE SCHEMA mart AUTHORIZATION analytics_manager;
CREATE SCHEMA sandbox AUTHORIZATION analytics_manager;
SET ROLE analytics_manager;
CREATE TABLE mart.daily_revenue (day date PRIMARY KEY, revenue numeric);
CREATE VIEW mart.weekly_revenue AS
  SELECT date_trunc('week', day) AS week, sum(revenue) AS revenue FROM mart.daily_revenue GROUP BY 1;
CREATE TABLE sandbox.scratch (id int, note text);
CREATE ROLE bi_tool LOGIN;
GRANT ALL ON ALL TABLES IN SCHEMA mart TO bi_tool;
GRANT USAGE ON SCHEMA sandbox TO bi_tool;
GRANT SELECT ON sandbox.scratch TO bi_tool;
RESET ROLE;
`;
}
