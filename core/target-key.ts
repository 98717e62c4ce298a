/** The key of what a rule names: `name` is `type name`, or `*`. No name contains a NUL character. */
export const targetKey = (schema: string | null | undefined, name: string): string =>
  `${schema ?? ''}\0${name}`;
