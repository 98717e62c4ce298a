/** The inspection's row of a role that was created without options. */
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
