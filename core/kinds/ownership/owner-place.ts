import { roleName } from '../../catalog/role-name.ts';
import { z } from 'zod';
import type { RoleGraph } from '../../graph.ts';
import { declaredSchemaOwner } from '../../graph-index.ts';
import type { Ref } from '../../fact.ts';
import type { Live } from '../../live.ts';
import { oncePer } from '../../once-per.ts';
import { everyone } from '../../public.ts';
import { Refusal } from '../../refusal.ts';
import { quoteIdentifier } from '../../sql.ts';
import { grantKey } from '../grant/fact.ts';
import { schemaGrant } from '../grant/types/schema.ts';

/**
 * A role that should own objects in a schema, and whether it can create objects there, which PostgreSQL requires of a
 * new owner.
 */
export const newcomer = z.object({
  newcomer: z.string(),
  schema: z.string(),
  schemaOwner: z.string(),
  mayCreate: z.boolean(),
  everyoneMay: z.boolean(),
});

export type Newcomer = z.infer<typeof newcomer>;

/** SELECT of a row for each declared owner and each schema in which it is to own objects. */
/** For a schema that was dropped meanwhile, PostgreSQL returns NULL. */
const mayCreateAs = (role: string): string =>
  `COALESCE(pg_catalog.has_schema_privilege(${role}, s.oid, 'CREATE'), false)`;

export const newcomers = `
    SELECT json_build_object(
             'kind', 'object_owner', 'newcomer', o.owner, 'schema', s.name,
             'schemaOwner', ${roleName('s.nspowner')},
             'everyoneMay', ${mayCreateAs("'public'")},
             'mayCreate', CASE WHEN r.oid IS NULL THEN ${mayCreateAs("'public'")}
                               ELSE ${mayCreateAs('r.oid')} END)
      FROM scope_ownership o
      JOIN scope_schema s ON s.name = o.schema
      LEFT JOIN scope_role r ON r.name = o.owner AND r.oid <> 0`;

/** The schema, and the grants with which the new owner can create objects in it. */
export function neededIn({ schema, schemaOwner, newcomer: owner }: Newcomer): Ref[] {
  const creates = [owner, everyone].map((grantee) => {
    const id = { schema: undefined, object: schema, grantee, grantor: schemaOwner };
    return { kind: schemaGrant.name, key: grantKey({ ...id, privilege: 'CREATE' }) };
  });
  return [{ kind: 'schema', key: schema }, ...creates];
}

/** By schema and owner, in the state after the plan. */
export function placesIn(
  rows: readonly Newcomer[],
  { schemas }: RoleGraph,
): ReadonlyMap<string, Newcomer> {
  const declared = new Map(schemas.map(({ name, owner }) => [name, owner]));
  return new Map(
    rows.map((row) => {
      const schemaOwner = declared.get(row.schema) ?? row.schemaOwner;
      const givesAway = row.schemaOwner === row.newcomer && schemaOwner !== row.newcomer;
      const mayCreate = givesAway ? row.everyoneMay : row.mayCreate;
      return [`${row.schema}\0${row.newcomer}`, { ...row, schemaOwner, mayCreate }];
    }),
  );
}

export function mayCreate(
  { mayCreate: may, newcomer: owner, schema }: Newcomer,
  { graph }: Live,
): boolean {
  return may || willCreate(owner, schema, graph);
}

/** `said` describes the change, as a sentence. */
export function createLacked({ newcomer: owner, schema }: Newcomer, said: string): Refusal {
  const [role, where] = [owner, schema].map(quoteIdentifier);
  return new Refusal(
    'InsufficientPrivileges',
    `${said}, but role ${role ?? ''} cannot create objects in schema ${where ?? ''}`,
    `Declare CREATE on the schema for it, or run GRANT CREATE ON SCHEMA ${where ?? ''} TO ${role ?? ''}.`,
  );
}

function willCreate(role: string, schema: string, graph: RoleGraph): boolean {
  const creators = creatorsIn(graph.grants).get(schema);
  return (
    declaredSchemaOwner(graph, schema) === role ||
    creators?.has(role) === true ||
    creators?.has(everyone) === true
  );
}

/** Roles that get CREATE, by schema. */
const creatorsIn = oncePer((grants: RoleGraph['grants']) => {
  const creators = new Map<string, Set<string>>();
  for (const { role, privileges, object, ensure } of grants) {
    if (ensure !== 'present' || object.type !== schemaGrant.grantable.type) continue;
    if (!privileges.includes('CREATE')) continue;
    creators.set(object.name, (creators.get(object.name) ?? new Set()).add(role));
  }
  return creators;
});
