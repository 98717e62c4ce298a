import fc from 'fast-check';
import { quoteIdentifier } from '../../core/sql.ts';
import type { Actor } from './manifests.ts';
import {
  languages,
  largeObjects,
  ownRoles,
  parameters,
  servers,
  tablespace,
  wrappers,
} from './names.ts';

/** A change by hand between two applies: SQL, and the role that runs it if it is not a superuser. */
export interface Interference {
  readonly sql: string;
  readonly by: string | undefined;
  /**
   * A role gets a grant from a grantor that is not the owner. A grantor outside the policy then prevents its
   * revocation.
   */
  readonly onwards?: string;
}

const anyRole = fc.constantFrom(...ownRoles);
const anyone = fc.constantFrom(...ownRoles, 'outsider').map(quoteIdentifier);
const option = fc.constantFrom('', ' WITH GRANT OPTION');
const place = fc.constantFrom('app', 'shop', '"Odd ""place""; --"');

/** An object to grant on, and a privilege of its type. */
const grantable = fc.oneof(
  fc
    .tuple(
      place,
      fc.constantFrom('plain', '"Odd "" table; --"', 'parted', 'far', 'seen', 'stored', 'passing'),
      fc.constantFrom('SELECT', 'INSERT', 'UPDATE', 'TRUNCATE'),
    )
    .map(([schema, name, privilege]) => `${privilege} ON ${schema}.${name}`),
  fc
    .tuple(place, fc.constantFrom('twice(int)', 'twice(text[])', '"Now; --"()', 'total(int)'))
    .map(([schema, name]) => `EXECUTE ON FUNCTION ${schema}.${name}`),
  place.map((schema) => `USAGE ON SEQUENCE ${schema}.counter`),
  place.map((schema) => `USAGE ON TYPE ${schema}.mood`),
  place.map((schema) => `USAGE ON SCHEMA ${schema}`),
  fc.constant('CONNECT ON DATABASE property'),
);

/** Objects outside schemas that any role can own, with the words of ALTER and of GRANT. */
const ownedOutside = fc.oneof(
  fc.constantFrom(...servers).map((name) => ['SERVER', 'FOREIGN SERVER', name] as const),
  fc.constantFrom(...languages).map((name) => ['LANGUAGE', 'LANGUAGE', name] as const),
  fc.constant(['TABLESPACE', 'TABLESPACE', tablespace] as const),
);

const largeObject = fc.constantFrom(...largeObjects).map((oid) => `LARGE OBJECT ${oid}`);

const given = fc.oneof(
  ownedOutside.map(
    ([, keyword, name]) =>
      `${keyword === 'TABLESPACE' ? 'CREATE' : 'USAGE'} ON ${keyword} ${quoteIdentifier(name)}`,
  ),
  fc
    .tuple(largeObject, fc.constantFrom('SELECT', 'UPDATE'))
    .map(([object, privilege]) => `${privilege} ON ${object}`),
);

/** Objects that only superusers can own. Others manage them with the grant option. */
const lent = fc.oneof(
  fc
    .constantFrom(...wrappers)
    .map((name) => `USAGE ON FOREIGN DATA WRAPPER ${quoteIdentifier(name)}`),
  fc
    .tuple(fc.constantFrom(...parameters), fc.constantFrom('SET', 'ALTER SYSTEM'))
    .map(([name, privilege]) => `${privilege} ON PARAMETER ${name}`),
);

/** Grants on objects outside schemas, grants that are passed on, and new owners. */
const outside = (actor: Actor): fc.Arbitrary<readonly Interference[]> => {
  const what = fc.oneof(
    given.map((on) => ({ on, by: undefined })),
    lent.map((on) => ({ on, by: manager(actor) })),
  );
  return fc.oneof(
    fc
      .tuple(what, anyone)
      .map(([{ on, by }, who]) => [{ sql: `REVOKE ${on} FROM ${who} CASCADE`, by }]),
    fc
      .tuple(what, anyone, option)
      .map(([{ on, by }, who, onwards]) => [{ sql: `GRANT ${on} TO ${who}${onwards}`, by }]),
    what.map(({ on, by }) => [{ sql: `GRANT ${on} TO PUBLIC`, by }]),
    given.map((on) => [{ sql: `REVOKE ${on} FROM PUBLIC`, by: undefined }]),
    fc.tuple(what, anyRole, anyRole, option).map(([{ on, by }, holder, next, onwards]) => [
      { sql: `GRANT ${on} TO ${quoteIdentifier(holder)} WITH GRANT OPTION`, by },
      { sql: `GRANT ${on} TO ${quoteIdentifier(next)}${onwards}`, by: holder, onwards: next },
    ]),
    fc
      .tuple(
        fc.oneof(
          ownedOutside.map(([keyword, , name]) => `${keyword} ${quoteIdentifier(name)}`),
          largeObject,
        ),
        anyRole.map(quoteIdentifier),
      )
      .map(([object, who]) => [{ sql: `ALTER ${object} OWNER TO ${who}`, by: undefined }]),
  );
};

const bySuperuser: fc.Arbitrary<string> = fc.oneof(
  fc
    .tuple(place, fc.constantFrom('SELECT (id, name)', 'UPDATE (name)', 'INSERT (id)'), anyone)
    .map(([schema, what, who]) => `GRANT ${what} ON ${schema}.plain TO ${who}`),
  fc
    .tuple(grantable, fc.constantFrom('GRANT', 'REVOKE'))
    .map(([what, verb]) =>
      verb === 'GRANT' ? `GRANT ${what} TO PUBLIC` : `REVOKE ${what} FROM PUBLIC`,
    ),
  fc
    .tuple(anyRole.map(quoteIdentifier), fc.constantFrom('', 'IN DATABASE property '))
    .map(([who, where]) => `ALTER ROLE ${who} ${where}SET work_mem = '8MB'`),
  fc
    .tuple(fc.constantFrom(...ownRoles, 'keeper').map(quoteIdentifier), anyone)
    .map(
      ([owner, who]) =>
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} GRANT SELECT ON TABLES TO ${who}`,
    ),

  fc
    .tuple(grantable, anyone, fc.constantFrom('', ' WITH GRANT OPTION'))
    .map(([what, who, option]) => `GRANT ${what} TO ${who}${option}`),
  fc.tuple(grantable, anyone).map(([what, who]) => `REVOKE ${what} FROM ${who} CASCADE`),
  place.map((schema) => `DROP TABLE ${schema}.passing`),
  fc
    .tuple(place, fc.constantFrom('plain', 'parted', 'passing'), anyRole.map(quoteIdentifier))
    .map(([schema, name, who]) => `ALTER TABLE ${schema}.${name} OWNER TO ${who}`),
  fc
    .tuple(
      anyRole.map(quoteIdentifier),
      fc.constantFrom('LOGIN', 'NOINHERIT', 'CREATEROLE', 'CONNECTION LIMIT 3'),
    )
    .map(([who, attribute]) => `ALTER ROLE ${who} ${attribute}`),
  fc
    .tuple(fc.constantFrom(...ownRoles, 'keeper').map(quoteIdentifier), place, anyone)
    .map(
      ([owner, schema, who]) =>
        `ALTER DEFAULT PRIVILEGES FOR ROLE ${owner} IN SCHEMA ${schema} GRANT SELECT ON TABLES TO ${who}`,
    ),
);

/** A holder of the grant option passes a privilege on. */
const chain: fc.Arbitrary<readonly Interference[]> = fc
  .tuple(place, fc.constantFrom('plain', 'seen', 'parted'), anyRole, anyRole, option)
  .map(([schema, name, holder, next, option]) => [
    {
      sql: `GRANT USAGE ON SCHEMA ${schema} TO ${quoteIdentifier(holder)}; GRANT SELECT ON ${schema}.${name} TO ${quoteIdentifier(holder)} WITH GRANT OPTION`,
      by: undefined,
    },
    {
      sql: `GRANT SELECT ON ${schema}.${name} TO ${quoteIdentifier(next)}${option}`,
      by: holder,
      onwards: next,
    },
  ]);

/** A role that manages the groups adds a member, which may add another one. */
const joins = (actor: Actor): fc.Arbitrary<readonly Interference[]> =>
  fc
    .uniqueArray(anyRole, { minLength: 3, maxLength: 3 })
    .map(([group = '', admin = '', member = '']) => [
      {
        sql: `GRANT ${quoteIdentifier(group)} TO ${quoteIdentifier(admin)} WITH ADMIN OPTION`,
        by: manager(actor),
      },
      {
        sql: `GRANT ${quoteIdentifier(group)} TO ${quoteIdentifier(member)}`,
        by: admin,
        onwards: group,
      },
    ]);

/** The connected role creates a table, and so can grant on it. */
const creates = (actor: Actor): fc.Arbitrary<readonly Interference[]> =>
  fc
    .tuple(place, fc.nat(2))
    .map(([schema, n]) => [
      { sql: `CREATE TABLE ${schema}.more_${String(n)} (id int)`, by: manager(actor) },
    ]);

const manager = (actor: Actor): string | undefined => (actor === 'manager' ? actor : undefined);

export function interferences(actor: Actor): fc.Arbitrary<readonly Interference[]> {
  const one = fc.oneof(
    { weight: 5, arbitrary: bySuperuser.map((sql) => [{ sql, by: undefined }]) },
    { weight: 2, arbitrary: outside(actor) },
    { weight: 1, arbitrary: chain },
    { weight: 1, arbitrary: joins(actor) },
    { weight: 1, arbitrary: creates(actor) },
  );
  return fc.array(one, { maxLength: 6 }).map((lists) => lists.flat());
}
