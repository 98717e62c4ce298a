/**
 * The first version in which a membership has the options INHERIT and SET and a grantor that matters, and in which
 * CREATEROLE needs ADMIN OPTION on a role to grant it.
 */
export const membershipOptionsSince = 16;
