import { policySchema } from '../../core/document/policy.ts';
import { policyResource } from '../../sources/kubernetes/resource.ts';
import { columns } from './columns.ts';
import { specLists } from './lists.ts';
import { specRules } from './rules.ts';
import { statusSchema } from './status.ts';
import { structuralSchema, type StructuralSchema } from './structural.ts';

interface CustomResourceDefinition {
  readonly apiVersion: 'apiextensions.k8s.io/v1';
  readonly kind: 'CustomResourceDefinition';
  readonly metadata: { readonly name: string };
  readonly spec: object;
}

/** The resource as an API server is told of it: what `kubectl explain`, `get` and `apply` know of a policy. */
export function policyDefinition(): CustomResourceDefinition {
  const { group, version, kind, plural, singular } = policyResource;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular,
        shortNames: ['pgr'],
        categories: ['pgroles'],
      },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: columns,
          schema: { openAPIV3Schema: rootSchema() },
        },
      ],
    },
  };
}

function rootSchema(): StructuralSchema {
  return {
    type: 'object',
    description: 'Roles and privileges that one PostgreSQL database is kept equal to.',
    required: ['spec'],
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec: structuralSchema(policySchema.shape.spec, {
        ...specLists,
        rules: specRules,
        // A running worker has no environment a policy could speak of.
        omitted: ['roles[].password.from_env'],
      }),
      status: structuralSchema(statusSchema, { keys: { conditions: 'type' } }),
    },
  };
}
