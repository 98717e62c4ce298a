/**
 * The largest lengths of the lists in a spec. The API server multiplies the cost of a rule by the lengths of the lists
 * around it, and rejects a definition whose rules may cost too much. An object of 1.5 MiB, the largest that it stores,
 * has shorter lists.
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

/** Lists whose items have a unique name, so that several appliers can own different items. */
const keys = { schemas: 'name', roles: 'name', retirements: 'role' };

export const specLists = { limits, keys };
