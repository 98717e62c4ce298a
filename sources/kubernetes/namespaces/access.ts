import { z } from 'zod';
import type { ApiClient } from '../api/client.ts';
import { apiTrouble } from '../trouble.ts';

/** Something one may be allowed to do. */
export interface Access {
  readonly verb: string;
  /** API group; the core group is empty. */
  readonly group: string;
  readonly resource: string;
  /** Without it, in every one. */
  readonly namespace?: string;
}

const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
const reviewSchema = z.object({ status: z.object({ allowed: z.boolean() }) });

/** Those of them that the API server denies us. Asked anew each time: rights change. Throws Refusal. */
export async function deniedOf(client: ApiClient, wanted: readonly Access[]): Promise<Access[]> {
  const answers = await Promise.all(wanted.map((access) => isAllowed(client, access)));
  return wanted.filter((_, index) => answers[index] === false);
}

async function isAllowed(client: ApiClient, resourceAttributes: Access): Promise<boolean> {
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  };
  try {
    return reviewSchema.parse(await client.create(path, body)).status.allowed;
  } catch (error) {
    throw apiTrouble('ask what we may do', error);
  }
}

export function accessesTo(
  resources: readonly (readonly [group: string, resource: string])[],
  verbs: readonly string[],
  namespace?: string,
): Access[] {
  const place = namespace === undefined ? {} : { namespace };
  return resources.flatMap(([group, resource]) =>
    verbs.map((verb) => ({ verb, group, resource, ...place })),
  );
}

/** `list secrets, watch secrets` */
export function accessText(accesses: readonly Access[]): string {
  return accesses.map(({ verb, resource }) => `${verb} ${resource}`).join(', ');
}
