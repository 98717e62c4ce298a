/** Schemas that are there before. `fresh` is not, and may be declared. */
export const schemas = ['app', 'shop', 'Odd "place"; --', 'void'] as const;

/** Roles that manifests declare, in the order groups come before their members. */
export const ownRoles = ['ana', 'Ben "B"', "carl'; --", 'dev-ro'] as const;

/** With the first one everyone may make servers. */
export const wrappers = ['universe_wrapper', 'Odd "wrapper"; --'] as const;
export const servers = ['universe_server', 'Odd "server"; --'] as const;
export const languages = ['universe_language', 'Odd "language"; --'] as const;
export const tablespace = 'Odd "space"; --';
export const largeObjects = ['77', '4000000001'] as const;
export const parameters = ['work_mem', 'log_statement', 'universe.bound'] as const;
