import { z } from 'zod';
import { ruleSchema } from '../../core/bounds/rule.ts';
import { describedTypes } from './described-types.ts';
import { fieldTables } from './field-tables.ts';

const introduction = `# Bounds

Generated from the schemas in \`core/bounds/\` by \`npm run docs\`; do not edit. Bounds are rules that a platform team sets for the policies of some namespaces.
[Restrict tenants with bounds](how-to/restrict-tenants.md) says how to set, test and change them. This page says what each rule means.

A rule does not restrict what it does not mention. An empty list allows nothing, and \`*\` in a name matches any characters. pgwarden checks the expanded policy: generated
roles and their grants, default owners, and both ends of a membership.

## Hosts

pgwarden compares host names as the connection spells them. \`db\` and \`db.shop.svc\` are two names, and an address is another. A name leads where DNS
says: use TLS with \`verify-full\` where that matters. Prefer full names to \`*\`.

## Owners and code

An owner has every privilege on what it owns. The retirement of a role gives away or drops what the role owns in every database of the server. Restrict this with \`owners\`, \`allow_retirements\`
and \`allow_drop_owned\`.

Someone who gives a function, view or table to a role can make its code run as that role. So name in \`owners\` only roles whose rights the tenant can have. Tables and views
count even if pgwarden sees no code on them, and so does what a retired role owns. Under \`forbidden_attributes\` none of them can go to a role that has such an attribute, unless \`owners\` names
it in full.

## Roles of the connection

A rule with \`roles\` never includes the role that pgwarden logs in as, or works as (\`setRole\`), whatever its patterns match. pgwarden refuses a policy that declares that role, and so could set its LOGIN, password or settings.
It also refuses a policy that makes that role a member or a group, or grants to it. The same holds for a policy that gives that role a schema, an object or what a retired role owned.

To allow one of these, name the role in full, without \`*\`, in the list for it: \`groups\`, \`grantees\`, \`owners\` or \`default_privilege_owners\`. You cannot allow a policy to declare or retire
that role, or to decide about all of its members.

## Attributes that come with a role

Under \`forbidden_attributes\`, no policy can give access to a role that has such an attribute, or that is a member of a role with it. The name of the role does not matter: the worker asks the
server. A policy cannot make anyone a member of the role, start sessions as it, or give it code that someone else wrote. It also cannot declare the role, and so set its password.

- \`superuser\` also means \`pg_execute_server_program\`, \`pg_read_server_files\`, \`pg_write_server_files\`, \`pg_read_all_data\` (it reads the verifiers of all passwords), and the administrators of database services.
- \`replication\` also means \`pg_create_subscription\`.
- To allow one of these roles, name it in \`predefined_roles\`. What a group is a member of counts like the group itself.

## Equivalents of superuser

If \`superuser\` is forbidden, these are forbidden too, unless a rule names them in full in the list in brackets:

- grants, owners and default privileges in the system's schemas \`pg_catalog\`, \`information_schema\` and \`pg_*\` (\`schemas\`);
- ALTER SYSTEM on any parameter, and SET on those that load libraries (\`parameter\` in \`object_types\`);
- such settings of roles (\`settings\`);
- grants on foreign data wrappers, through which tables read files (\`foreign_data_wrapper\` in \`object_types\`);
- default privileges of \`postgres\` on functions in no schema, which later extensions would get too (\`default_privilege_owners\`).

Functions of extensions that only superusers can call and that reach beyond the database are always forbidden then: \`dblink_connect_u\`, \`pg_file_write\` and others of adminpack,
pg_surgery, pg_visibility and pg_walinspect.

Two things stay allowed. Log settings: use \`settings\` if a tenant must not switch off its audit trail. And objects that a superuser revoked from everyone by hand, such as
a function: keep tenants to their \`schemas\`.

## Cloud identities

The identities in \`connection.params.auth\` are those of the worker. An author of policies could send one of its tokens to their own server, or log in as anyone that the identity can be.
A namespace without bounds has one tenant, who can do this. If any rule matches a namespace, pgwarden refuses \`auth\` there unless the rules have both \`hosts\` and \`connected_roles\`. The worker
requests no token before it checked them.

Allow only hosts that are yours: \`*.rds.amazonaws.com\` contains databases of anyone. \`cloud_identities\` allows some types only, or with \`[]\` none.

## Zones

The worker of a [zone](how-to/zones.md) reaches networks that other workers do not reach. A namespace without bounds can use every zone. If any rule matches a namespace, its policies use only zone
\`default\`, which is that of connections without \`zone\`. To allow others, name them in \`zones\`. If the namespace must not use the worker without a zone, leave \`default\` out of that list.

`;

/** The Markdown page about every field of a rule. */
export function boundsReference(): string {
  const root = z.toJSONSchema(ruleSchema, { unrepresentable: 'any', io: 'input' });
  return `${introduction}${fieldTables('bounds[]', { ...root }, describedTypes('manifest.md')).join('\n')}`;
}
