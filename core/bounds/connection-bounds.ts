import type { ConnectionPoint } from './connection-point.ts';
import { connectionSecretNames } from '../manifest/connection.ts';
import { connectedRoleBounds } from './connected-role-bounds.ts';
import { matchesAny } from './glob.ts';
import { leadsWithin } from './host.ts';
import { isDatabase } from './object-bounds.ts';
import { isSurelyTenants } from './role-names.ts';
import type { Rule } from './rule.ts';
import type { Found, Subject } from './subject.ts';
import { allows, quoted } from './violation.ts';

/** Checks a connection after its Secrets were read. Values from Secrets are not repeated in messages. */
export function connectionBounds(
  rule: Rule,
  subject: Subject,
  point: ConnectionPoint,
): (Found | undefined)[] {
  const { database, user, role } = point;
  const { params = {} } = subject.spec?.connection ?? {};
  const connected =
    role === undefined ? shownName(user, params.username) : shownName(role, params.setRole);
  return [
    ...hostBounds(rule, point, params.host !== undefined && params.portSecret === undefined),
    within(
      shownName(database, params.dbname),
      'connects to database',
      allowedBy(rule, 'databases'),
    ),
    within(connected, 'connects as role', allowedBy(rule, 'connected_roles')),
    ...connectedRoleBounds(rule, subject, point),
    ...(database === undefined ? [] : databaseBounds(rule, subject, database)),
  ];
}

/** Every server must be allowed, because any of them may respond. */
function hostBounds(
  { hosts }: Rule,
  { host, port, otherHosts = [] }: ConnectionPoint,
  literal: boolean,
): Found[] {
  if (host === undefined || port === undefined || hosts === undefined) return [];
  return [{ host, port }, ...otherHosts]
    .filter((server) => !leadsWithin(hosts, server))
    .map((server) => ({
      what: `connects to host ${literal ? quoted(`${server.host}:${String(server.port)}`) : fromSecret}`,
      allowed: allows('hosts', hosts),
    }));
}

const fromSecret = 'that a Secret names';

/** A name, and how a message may show it. */
interface ShownName {
  readonly name: string;
  readonly text: string;
}

function shownName(name: string | undefined, literal: string | undefined): ShownName | undefined {
  if (name === undefined) return undefined;
  return { name, text: literal === undefined ? fromSecret : quoted(name) };
}

interface Allowed {
  readonly field: string;
  readonly globs: readonly string[] | undefined;
}

function allowedBy(rule: Rule, field: 'databases' | 'connected_roles'): Allowed {
  return { field, globs: rule[field] };
}

function within(
  seen: ShownName | undefined,
  what: string,
  { field, globs }: Allowed,
): Found | undefined {
  if (seen === undefined || globs === undefined || matchesAny(globs, seen.name)) return undefined;
  return { what: `${what} ${seen.text}`, allowed: allows(field, globs) };
}

/** Databases that the policy grants on or gives away. What the tenant's own roles lose is not restricted. */
function databaseBounds(rule: Rule, subject: Subject, own: string): Found[] {
  const { databases, schemas } = rule;
  if (databases === undefined && schemas === undefined) return [];
  const { grants, ownerships } = subject.graph;
  const looked = grants.filter(
    ({ ensure, role }) => ensure === 'present' || !isSurelyTenants(rule, role, subject),
  );
  const objects = [...looked, ...ownerships].map(({ object }) => object).filter(isDatabase);
  return objects
    .filter(({ name }) => name !== own && !matchesAny(databases ?? [], name))
    .map(({ name }) => ({
      what: `changes access to database ${quoted(name)}`,
      allowed: `${allows('databases', databases ?? [])} in addition to the connection's own`,
    }));
}

/** The Secrets of a connection, checked before any of them is read. */
export function connectionSecretBounds(
  { connection_secrets: allowed }: Rule,
  { spec }: Pick<Subject, 'spec'>,
): Found[] {
  if (spec === undefined || allowed === undefined) return [];
  return connectionSecretNames(spec.connection)
    .filter((name) => !matchesAny(allowed, name))
    .map((name) => ({
      what: `reads its connection from Secret ${quoted(name)}`,
      allowed: allows('connection_secrets', allowed),
    }));
}
