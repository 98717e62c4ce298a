import { z } from 'zod';
import type { ResourceRef } from '../../core/document/document.ts';
import type { ApiClient } from './api/client.ts';
import { apiTrouble } from './trouble.ts';

/** A permission to check. */
export interface Access {
  readonly verb: string;
  /** API group; the core group is empty. */
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  /** Default: in every namespace. */
  readonly namespace?: string;
}

const api = '/apis/authorization.k8s.io/v1';
const reviewSchema = z.object({ status: z.object({ allowed: z.boolean() }) });

/** The permissions that the API server denies us. Never cached, because rights change. Throws Refusal. */
export async function deniedOf(client: ApiClient, wanted: readonly Access[]): Promise<Access[]> {
  const answers = await Promise.all(wanted.map((access) => isAllowed(client, access)));
  return wanted.filter((_, index) => answers[index] === false);
}

function isAllowed(client: ApiClient, resourceAttributes: Access): Promise<boolean> {
  return review(client, `${api}/selfsubjectaccessreviews`, {
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes },
  });
}

/** The same for a ServiceAccount in one namespace. It needs the right to create LocalSubjectAccessReviews there. */
export async function deniedToAccount(
  client: ApiClient,
  account: ResourceRef,
  namespace: string,
  wanted: readonly Access[],
): Promise<Access[]> {
  const path = `${api}/namespaces/${encodeURIComponent(namespace)}/localsubjectaccessreviews`;
  const answers = await Promise.all(
    wanted.map((resourceAttributes) =>
      review(client, path, {
        kind: 'LocalSubjectAccessReview',
        metadata: { namespace },
        spec: { ...subjectOf(account), resourceAttributes },
      }),
    ),
  );
  return wanted.filter((_, index) => answers[index] === false);
}

/** The user and groups that the API server derives from its token. */
function subjectOf({ namespace, name }: ResourceRef) {
  const all = 'system:serviceaccounts';
  return {
    user: `system:serviceaccount:${namespace}:${name}`,
    groups: [all, `${all}:${namespace}`, 'system:authenticated'],
  };
}

async function review(client: ApiClient, path: string, body: object): Promise<boolean> {
  const versioned = { apiVersion: 'authorization.k8s.io/v1', ...body };
  try {
    return reviewSchema.parse(await client.create(path, versioned)).status.allowed;
  } catch (error) {
    throw apiTrouble('check permissions', error);
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
  const texts = accesses.map(({ verb, resource, subresource }) => {
    const part = subresource === undefined ? '' : `/${subresource}`;
    return `${verb} ${resource}${part}`;
  });
  return texts.join(', ');
}
