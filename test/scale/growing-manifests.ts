export const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

export const role = (index: number) => ({ name: `r${String(index)}` });
export const member = (index: number) => role(index);
export const table = (index: number) => ({ type: 'table', schema: 's', name: `t${String(index)}` });
export const grant = (index: number, object: object, more: object = {}) => ({
  role: `r${String(index)}`,
  privileges: ['SELECT', 'INSERT'],
  object,
  ...more,
});

/** Manifests that grow with a number. Each once took too long. */
export const manifests: Readonly<Record<string, (size: number) => object>> = {
  'roles with settings and passwords': (size) => ({
    roles: many(size, (index) => ({
      ...role(index),
      login: true,
      config: { work_mem: '1MB' },
      password: { generate: {} },
    })),
  }),
  'a chain of memberships, each starting as the one above': (size) => ({
    roles: many(size, (index) => ({
      ...role(index),
      ...(index === 0 ? {} : { config: { role: `r${String(index - 1)}` } }),
    })),
    memberships: many(size - 1, (index) => ({
      role: `r${String(index)}`,
      members: [member(index + 1)],
    })),
  }),
  'layers of two roles, each a member of both above': (size) => ({
    roles: [...many(2 * size, role), { name: 'user', config: { role: 'r0' } }],
    memberships: many(size - 1, (layer) =>
      [0, 1].map((side) => ({
        role: `r${String(2 * layer + side)}`,
        members: [member(2 * layer + 2), member(2 * layer + 3)],
      })),
    )
      .flat()
      .concat([{ role: `r${String(2 * size - 1)}`, members: [{ name: 'user' }] }]),
  }),
  'a star of memberships': (size) => ({
    roles: many(size, role),
    memberships: [{ role: 'r0', members: many(size - 1, (index) => member(index + 1)) }],
  }),
  'everybody in one half a member of everybody in the other': (size) => {
    const half = Math.ceil(Math.sqrt(size));
    return {
      roles: many(2 * half, role),
      memberships: many(half, (group) => ({
        role: `r${String(group)}`,
        members: many(half, (index) => member(half + index)),
      })),
    };
  },
  'many small circles': (size) => ({
    memberships: many(size, (index) => [
      { role: `a${String(index)}`, members: [{ name: `b${String(index)}` }] },
      { role: `b${String(index)}`, members: [{ name: `a${String(index)}` }] },
    ]).flat(),
  }),
  'profiles in many schemas': (size) => ({
    profiles: {
      p: {
        grants: [{ privileges: ['SELECT'], object: { type: 'table', name: '*' } }],
        default_privileges: [{ privileges: ['SELECT'], on_type: 'table' }],
      },
    },
    schemas: many(size, (index) => ({ name: `s${String(index)}`, profiles: ['p'] })),
  }),
  'many profiles in one schema': (size) => {
    const names = many(size, (index) => `p${String(index)}`);
    return {
      profiles: Object.fromEntries(names.map((name) => [name, {}])),
      schemas: [{ name: 's', profiles: names }],
    };
  },
  'many roles on one table': (size) => ({
    roles: many(size, role),
    grants: many(size, (index) => grant(index, table(0))),
  }),
  'one role on many tables and all': (size) => ({
    roles: [role(0)],
    grants: many(size, (index) =>
      grant(0, index % 2 === 0 ? table(index) : { ...table(0), name: '*' }),
    ),
  }),
  'columns of one table': (size) => ({
    roles: [role(0)],
    grants: [
      grant(0, { ...table(0), columns: many(size, (index) => `c${String(index)}`) }),
      ...many(size, () => grant(0, table(0))),
    ],
  }),
  'absent privileges beside present ones': (size) => ({
    roles: [role(0)],
    grants: many(size, (index) => [
      grant(0, table(index), { privileges: ['SELECT'] }),
      grant(0, table(index), { privileges: ['INSERT'], ensure: 'absent' }),
    ]).flat(),
    default_privileges: many(size, (index) => [
      {
        owner: `o${String(index)}`,
        schema: 's',
        grant: [{ role: 'r0', on_type: 'table', privileges: ['SELECT'] }],
      },
      {
        owner: `o${String(index)}`,
        schema: 's',
        grant: [{ role: 'r0', on_type: 'table', privileges: ['INSERT'], ensure: 'absent' }],
      },
    ]).flat(),
  }),
  'owners of many tables, some all over again': (size) => ({
    roles: [role(0)],
    ownership: many(size, (index) => ({
      owner: 'r0',
      object: index % 2 === 0 ? table(index) : { ...table(0), name: '*' },
    })),
  }),
  retirements: (size) => ({ retirements: many(size, (index) => ({ role: `r${String(index)}` })) }),
};
