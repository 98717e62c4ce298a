/** Schemas that exist before. `fresh` does not, and can be declared. */
export const schemas = ['app', 'shop', 'Odd "place"; --', 'void'] as const;

/** Roles that manifests declare, groups before their members. */
export const ownRoles = ['ana', 'Ben "B"', "carl'; --", 'dev-ro'] as const;

/** With the first one, every role can create servers. */
export const wrappers = ['universe_wrapper', 'Odd "wrapper"; --'] as const;
export const servers = ['universe_server', 'Odd "server"; --'] as const;
export const languages = ['universe_language', 'Odd "language"; --'] as const;
export const tablespace = 'Odd "space"; --';
export const largeObjects = ['77', '4000000001'] as const;
export const parameters = ['work_mem', 'log_statement', 'universe.bound'] as const;
