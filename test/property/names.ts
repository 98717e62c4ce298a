/** Schemas that are there before. `fresh` is not, and may be declared. */
export const schemas = ['app', 'shop', 'Odd "place"; --', 'void'] as const;

/** Roles that manifests declare, in the order groups come before their members. */
export const ownRoles = ['ana', 'Ben "B"', "carl'; --", 'dev-ro'] as const;
