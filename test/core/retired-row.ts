/** Role legacy, which is to go and has nothing, as the inspection shows it. */
export const retiredRow = {
  kind: 'retirement',
  role: 'legacy',
  database: 'shop',
  login: false,
  sessions: [],
  prepared: [],
  elsewhere: [],
  dependencies: [],
  holding: [],
  dependents: [],
};
