import type { ResourceRef } from '../../core/document/document.ts';
import { policyResource } from './resource.ts';

const { group, version, plural } = policyResource;

/** The path of one object, of all objects in a namespace, or of all objects in the cluster. */
type Path = (namespace?: string, name?: string) => string;

function pathOf(api: string, resource: string): Path {
  return (namespace, name) => {
    const place = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
    const object = name === undefined ? '' : `/${encodeURIComponent(name)}`;
    return `/${api}${place}/${resource}${object}`;
  };
}

/** Paths of the API server's resources. */
export const paths = {
  policies: pathOf(`apis/${group}/${version}`, plural),
  secrets: pathOf('api/v1', 'secrets'),
  events: pathOf('apis/events.k8s.io/v1', 'events'),
  leases: pathOf('apis/coordination.k8s.io/v1', 'leases'),
  configMaps: pathOf('api/v1', 'configmaps'),
  roles: pathOf('apis/rbac.authorization.k8s.io/v1', 'roles'),
  roleBindings: pathOf('apis/rbac.authorization.k8s.io/v1', 'rolebindings'),
  namespaces: '/api/v1/namespaces',
};

export function policyPath({ namespace, name }: ResourceRef): string {
  return paths.policies(namespace, name);
}

export function secretPath({ namespace, name }: ResourceRef): string {
  return paths.secrets(namespace, name);
}
