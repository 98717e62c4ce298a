/**
 * How long the lists of a spec may be. The API server multiplies the cost of a rule by the length of the lists around it,
 * and refuses a definition whose rules may cost too much. An object of 1.5 MiB, all that it stores, has less than this.
 */
const limits = {
  profiles: 1_000,
  schemas: 5_000,
  roles: 5_000,
  grants: 10_000,
  default_privileges: 2_000,
  'default_privileges[].grant': 200,
  retirements: 5_000,
};

/** Lists whose items have a name of their own: each may be applied by someone else, and none is there twice. */
const keys = { schemas: 'name', roles: 'name', retirements: 'role' };

export const specLists = { limits, keys };
