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

/** The CustomResourceDefinition: what `kubectl explain`, `get` and `apply` know about a policy. */
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
    description:
      'Declares roles and privileges of one PostgreSQL database. pgwarden keeps the database equal to it.',
    required: ['spec'],
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { type: 'object' },
      spec: structuralSchema(policySchema.shape.spec, {
        ...specLists,
        rules: specRules,
        // A running worker has no environment variables that a policy may read.
        omitted: ['roles[].password.from_env'],
      }),
      status: structuralSchema(statusSchema, { keys: { conditions: 'type' } }),
    },
  };
}
