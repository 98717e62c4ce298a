import { z } from 'zod';
import { ruleSchema } from '../../core/bounds/rule.ts';
import { fieldTables } from './field-tables.ts';

const introduction = `# Bounds: what a tenant's policy must keep

Made from the schemas in \`core/bounds/\` by \`npm run docs\`; do not edit. Who may write a PostgresPolicy in a namespace can have pgwarden do
whatever the connection's role may do. Bounds are what a platform team sets against that: rules for the policies of some namespaces, which
these cannot reach. The worker holds every policy against them before it reads a Secret for it, and where the connection leads before it
connects: at each check, and again right before it changes anything. One that is out of bounds is refused as \`PolicyOutOfBounds\`, with the
rule's name.

\`\`\`yaml
# values.yaml of the chart. For worker and \`pgwarden dev\` elsewhere the list stands in a file that PGWARDEN_BOUNDS_FILE names.
bounds:
  - name: nobody-is-superuser
    namespaces: ['*']
    forbidden_attributes: [superuser, createrole, replication, bypassrls]
    predefined_roles: [pg_monitor]
  - name: shop
    namespaces: [shop, shop-*]
    hosts: ['*.databases.svc:5432']
    databases: [shop]
    connected_roles: [manager-of-shop]
    connection_secrets: [shop-database]
    roles: [shop-*]
    default_privilege_owners: [postgres]
    schemas: [shop, shop_*]
    allow_drop_owned: false
\`\`\`

All rules about a namespace apply together. What a rule does not mention it does not bound, an empty list allows nothing, and \`*\` in a name
stands for any characters. What counts is the policy as it is expanded: generated roles and their grants, default owners, both ends of a
membership.

- **Try it**: \`pgwarden validate --bounds FILE -f policies/\` holds files against bounds; \`-n NAMESPACE\` says for which namespace.
- **Change it**: the file is read at each check, so new bounds count from the next one on, without a restart. Kubernetes takes up to a minute
  to bring a changed ConfigMap to the pod.
- **Break it**: a rule that cannot be read stops the policies it may be about, with \`BoundsUnreadable\`, until it is mended; a file that is not
  there, or is no list, stops all. The chart refuses such values before that.
- **Tighten it**: what a policy was granted before stays in the database until somebody changes the policy or takes it back. A policy that is
  deleted with \`deletion_policy: Revoke\` takes back what it granted to its own roles (those of \`roles\`, and those its status says it owned) whatever
  the bounds are by now; from others only what is within bounds. Its connection has to be within them. Otherwise it is let go after ten
  minutes, as with any other trouble, and what it granted stays.
- **Hosts** are compared as the connection spells them. \`db\` and \`db.shop.svc\` are two names, and an address is another. Names lead where DNS
  says: have TLS with \`verify-full\` where that matters. Prefer full names to \`*\`.
- **Owners** have every privilege on what they own, and retiring a role gives away or drops what it owns in every database of the server.
  Bound them by \`owners\`, \`allow_retirements\` and \`allow_drop_owned\`.
- **Roles of the connection**: a rule with \`roles\` never takes the role that pgwarden logs in as, or works as (\`setRole\`), for one of the
  tenant's, whatever \`roles\` and other patterns match. A policy that declares it (and so could set its LOGIN, password or settings), joins it,
  grants to it, or gives it a schema, an object or what a retired role owned is refused. To allow one of these, name the role in full, without
  \`*\`, in the list for it: \`groups\`, \`grantees\`, \`owners\` or \`default_privilege_owners\`. Declaring, retiring and deciding all of its
  members cannot be allowed.
- **Attributes that come with a role**: under \`forbidden_attributes\`, nobody gets a role that has such an attribute, or is a member of one that
  has it, whatever it is called. The worker asks the server for that. It counts to become a member of the role, to start sessions as it, to declare
  it (and so to set its password), and to give it code that somebody else wrote. \`superuser\` also means \`pg_execute_server_program\`,
  \`pg_read_server_files\`, \`pg_write_server_files\`, \`pg_read_all_data\` (it reads the verifiers of all passwords) and the administrators of
  database services; \`replication\` also means \`pg_create_subscription\`. Name one in \`predefined_roles\` to allow it. Under \`predefined_roles\`,
  what a group is a member of counts like the group itself.
- **As good as superuser**: forbidding \`superuser\` also forbids, unless a rule names it in full in the list that stands beside it,
  grants, owners and default privileges in the system's schemas, \`pg_catalog\`, \`information_schema\` and \`pg_*\` (\`schemas\`);
  ALTER SYSTEM on any parameter and SET on those that load libraries (\`parameter\` in \`object_types\`); such settings of roles (\`settings\`);
  grants on foreign data wrappers, by which tables read files (\`foreign_data_wrapper\` in \`object_types\`); default privileges of \`postgres\` on
  functions in no schema, which extensions that it makes later would have too (\`default_privilege_owners\`). It always forbids functions of extensions that
  only superusers may call and that reach beyond the database: \`dblink_connect_u\`, \`pg_file_write\` and others of adminpack, pg_surgery, pg_visibility and
  pg_walinspect. It does not forbid log settings: use \`settings\` where a tenant must not switch off its audit trail. What a superuser
  revoked from everyone by hand, such as a function of his own, counts as any other object: keep tenants to their \`schemas\`.
- **Code**: who gives a function, view or table to a role can have its code run as that role. So name in \`owners\` only roles whose rights the
  tenant may have. Tables and views count even where pgwarden sees no code on them, and so does what a retired role owns: under
  \`forbidden_attributes\` none of them goes to a role that has such an attribute, unless \`owners\` names it in full.
- **Cloud identities** (\`connection.params.auth\`) are those of the worker: whoever writes a policy could send a token of it to a server of his
  own, or log in as anybody the identity may be. A namespace without bounds has one tenant, who may. Where any rule is about a namespace, \`auth\` is
  refused unless the rules about it have both \`hosts\` and \`connected_roles\`. The worker asks no cloud for a token before that is held.
  Allow only hosts that are yours: \`*.rds.amazonaws.com\` has databases of anybody. \`cloud_identities\` allows some types only, or with \`[]\` none.
- **The command line** is not bounded: \`diff\` and \`apply\` do what the person who runs them may do.

With \`admissionPolicy.enabled\` the chart also makes a ValidatingAdmissionPolicy (Kubernetes 1.30 and later) from the same value: what can be seen
in the resource alone is refused at \`kubectl apply\` already. It sees neither Secrets nor what profiles generate: the worker decides.

`;

/** The Markdown page on every field of a rule. */
export function boundsReference(): string {
  const root = z.toJSONSchema(ruleSchema, { unrepresentable: 'any', io: 'input' });
  return `${introduction}${fieldTables('bounds[]', { ...root }).join('\n')}`;
}
