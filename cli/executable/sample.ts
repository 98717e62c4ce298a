/** A policy with what most policies contain. */
export const samplePolicy = `
apiVersion: pgroles.io/v1alpha1
kind: PostgresPolicy
metadata: { name: sample, namespace: sample }
spec:
  connection: { secretRef: { name: sample } }
  interval: 5m
  default_owner: owner
  profiles:
    reader:
      grants:
        - { privileges: [USAGE], object: { type: schema } }
        - { privileges: [SELECT], object: { type: table, name: '*' } }
      default_privileges:
        - { privileges: [SELECT], on_type: table }
  schemas:
    - { name: app, profiles: [reader] }
  roles:
    - { name: owner, comment: owns the objects }
    - { name: login, login: true, connection_limit: 5 }
  grants:
    - { role: owner, privileges: [EXECUTE], object: { type: function, schema: app, name: '*' } }
    - { role: login, privileges: [CONNECT], object: { type: database, name: sample } }
  memberships:
    - { role: app-reader, members: [{ name: login }] }
  retirements:
    - { role: former }
`;

/** The same as a manifest, with a Secret. */
export const otherSamples = `
roles:
  - { name: app }
---
apiVersion: v1
kind: Secret
metadata: { name: sample, namespace: sample }
stringData: { password: '' }
`;

/** The catalog of a server that is as the policy says: rows as an inspection returns them. */
export const sampleRows: readonly object[] = `
{"kind":"role","login":false,"superuser":false,"createdb":false,"createrole":false,"inherit":true,"replication":false,"bypassrls":false,"connectionLimit":-1,"validUntil":null,"comment":"owns the objects","name":"owner"}
{"kind":"role","login":true,"superuser":false,"createdb":false,"createrole":false,"inherit":true,"replication":false,"bypassrls":false,"connectionLimit":5,"validUntil":null,"comment":null,"name":"login"}
{"kind":"role","login":false,"superuser":false,"createdb":false,"createrole":false,"inherit":true,"replication":false,"bypassrls":false,"connectionLimit":-1,"validUntil":null,"comment":"Generated from profile 'reader' for schema 'app'","name":"app-reader"}
{"kind":"schema","name":"app","owner":"owner"}
{"kind":"schema_grant","schema":null,"name":"app","sql":"app","group":null,"count":1,"owner":"owner","acl":[["owner","owner","CREATE",false],["owner","owner","USAGE",false],["app-reader","owner","USAGE",false]]}
{"name":null,"sql":null,"code":false,"codeNames":null,"owner":"owner","count":2,"kind":"table_grant","schema":"app","group":"tables","sources":null,"follows":null,"acl":[["app-reader","owner","SELECT",false]]}
{"name":null,"sql":null,"code":false,"codeNames":null,"owner":"owner","count":2,"kind":"function_grant","schema":"app","group":"functions","subtype":"function","names":null,"acl":[["owner","owner","EXECUTE",false]]}
{"kind":"database_grant","schema":null,"name":"sample","sql":"sample","group":null,"owner":"sample","count":1,"acl":[["login","sample","CONNECT",false]]}
{"kind":"default_privilege","owner":"owner","schema":"app","letter":"r","acl":[["app-reader","SELECT",false]]}
{"kind":"membership","role":"app-reader","member":"login","grantor":"sample","creator":false,"admin":false,"inherit":true,"set":true}
`
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as object);

/** The catalog of a server with the objects, on which nobody has privileges, and without the roles. */
export const sampleObjects: readonly object[] = sampleRows
  .filter((row) => !('inherit' in row))
  .map((row) => ('acl' in row ? { ...row, acl: [] } : row));
