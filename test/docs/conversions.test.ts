import { expect, test } from '@jest/globals';
import { parseDocuments } from '../../core/document/document.ts';
import type {
  DefaultPrivilegeSpec,
  GrantSpec,
  MembershipSpec,
  RoleGraph,
} from '../../core/graph.ts';
import { blocks, pages, pageText } from './pages.ts';

const conversions = pages.filter((page) => page.startsWith('coming-from/'));

test('there is a conversion for each documented tool', () => {
  expect(conversions).toHaveLength(5);
});

test.each(conversions)('%s has a table of exactly what its manifest declares', (page) => {
  const declared = rowsOf(graphOf(page)).sort();
  expect(declared.length).toBeGreaterThan(3);
  expect(tableAfter(page, 'It declares:').sort()).toEqual(declared);
});

function graphOf(page: string): RoleGraph {
  const [graph] = blocks(page, 'yaml')
    .flatMap((text) => parseDocuments(text, page))
    .flatMap((document) => ('graph' in document ? [document.graph] : []));
  if (graph === undefined) throw new Error(`no manifest in ${page}`);
  return graph;
}

/** The rows of the first table after that line, with single spaces and no escapes. */
function tableAfter(page: string, line: string): string[] {
  const [, after = ''] = pageText(page).split(`${line}\n`);
  const [table = ''] = after.trim().split('\n\n');
  return table
    .split('\n')
    .slice(2)
    .map((row) => row.replaceAll('\\', '').replaceAll(/ +/g, ' '));
}

function rowsOf({ grants, defaultPrivileges, memberships }: RoleGraph): string[] {
  return [
    ...grants.map(grantRow),
    ...defaultPrivileges.map(defaultRow),
    ...memberships.map(memberRow),
  ];
}

function row(role: string, privileges: string, object: string): string {
  return `| ${role} | ${privileges} | ${object} |`;
}

function grantRow({ role, privileges, object: { type, schema, name } }: GrantSpec): string {
  const path = schema === undefined ? name : `${schema}.${name}`;
  return row(role, privileges.join(', '), `${type} ${path.replaceAll('"', '')}`);
}

function defaultRow(spec: DefaultPrivilegeSpec): string {
  const { owner, schema = '', onType, grantee, privileges } = spec;
  return row(grantee, privileges.join(', '), `new ${onType}s of ${owner} in schema ${schema}`);
}

function memberRow({ role, member, admin }: MembershipSpec): string {
  return row(member, admin ? 'member with admin' : 'member', `role ${role}`);
}
