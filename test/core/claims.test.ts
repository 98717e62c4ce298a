import { describe, expect, test } from '@jest/globals';
import { claimsOf } from '../../core/claims.ts';
import { parseDocuments } from '../../core/document.ts';
import type { RoleGraph } from '../../core/graph.ts';

function graphOf(manifest: string): RoleGraph {
  const [document] = parseDocuments(manifest, 'f.yaml');
  if (document?.kind === 'invalid') throw document.refusal;
  if (document?.kind !== 'manifest') throw new Error('not a manifest');
  return document.graph;
}

describe('claims', () => {
  test('are for roles declared, generated or retired and schemas declared, with the grantees and groups merely named beside, without people and places', () => {
    const graph = graphOf(`
profiles: { viewer: {} }
schemas: [{ name: shop, profiles: [viewer] }]
roles: [{ name: clerk }]
retirements: [{ role: legacy, reassign_owned_to: heir }]
memberships: [{ role: team, members: [{ name: human }] }]
grants:
  - { role: guest, privileges: [USAGE], object: { type: schema, name: public } }
  - { role: clerk, privileges: [USAGE], object: { type: schema, name: public } }
default_privileges:
  - { owner: writer, schema: shop, grant: [{ role: auditor, privileges: [SELECT], on_type: table }] }
`);
    expect(claimsOf(graph)).toEqual({
      roles: ['clerk', 'legacy', 'shop-viewer'],
      schemas: ['shop'],
      groups: ['team'],
      named: ['auditor', 'guest'],
    });
  });
});
