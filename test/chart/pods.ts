import { z } from 'zod';
import type { Manifest } from './helm.ts';

const workload = z.looseObject({
  spec: z.looseObject({
    template: z.looseObject({
      metadata: z.looseObject({}),
      spec: z.looseObject({
        serviceAccountName: z.string().default('default'),
        containers: z.array(
          z.looseObject({
            env: z.array(
              z.looseObject({
                name: z.string(),
                value: z.string().optional(),
                valueFrom: z.unknown().optional(),
              }),
            ),
          }),
        ),
      }),
    }),
  }),
});

/** The pods that Deployments and Jobs would have made. */
export function podsIn(all: readonly Manifest[]) {
  return all.flatMap((manifest) => {
    const { success, data } = workload.safeParse(manifest);
    if (!success) return [];
    const { namespace, name } = manifest.metadata;
    const { metadata, spec } = data.spec.template;
    return [{ apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, namespace, name }, spec }];
  });
}

/** The variables of its containers, each with its value or where that comes from. */
export function environmentOf({ spec }: ReturnType<typeof podsIn>[number]) {
  const variables = spec.containers.flatMap(({ env }) => env);
  return Object.fromEntries(
    variables.map(({ name, value, valueFrom }) => [name, value ?? valueFrom]),
  );
}
