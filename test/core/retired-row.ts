/** The inspection's row of role legacy, which is retired and owns nothing. */
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
