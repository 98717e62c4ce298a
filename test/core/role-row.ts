/** A role of which nothing was said when it was made, as the server tells of it. */
export const roleRow = (name: string) => ({
  kind: 'role',
  name,
  login: false,
  superuser: false,
  createdb: false,
  createrole: false,
  inherit: true,
  replication: false,
  bypassrls: false,
  connectionLimit: -1,
  validUntil: null,
  comment: null,
});
