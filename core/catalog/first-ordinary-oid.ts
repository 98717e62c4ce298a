/** Roles and objects that come with PostgreSQL have lower OIDs. Source: FirstNormalObjectId in transam.h. */
export const firstOrdinaryOid = 16_384;
