import { setTimeout as sleep } from 'node:timers/promises';
import {
  ApiextensionsV1Api,
  CustomObjectsApi,
  KubeConfig,
  loadYaml,
  type V1CustomResourceDefinition,
} from '@kubernetes/client-node';
import { definitionText } from '../../tools/crd/text.ts';
import { policyResource } from '../../sources/kubernetes/resource.ts';

const limitMs = 30_000;

/** Installs the custom resource definition on an API server, and waits until it is served. */
export async function definePolicies(kubeconfig: string): Promise<void> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  // The client uses other names for `default` and some other fields, so it must parse the text itself.
  const body = loadYaml<V1CustomResourceDefinition>(definitionText());
  await config.makeApiClient(ApiextensionsV1Api).createCustomResourceDefinition({ body });
  const api = config.makeApiClient(CustomObjectsApi);
  const deadline = Date.now() + limitMs;
  while (!(await isServed(api))) {
    if (Date.now() > deadline) throw new Error('the API server does not serve PostgresPolicies');
    await sleep(20);
  }
}

async function isServed(api: CustomObjectsApi): Promise<boolean> {
  try {
    await api.listCustomObjectForAllNamespaces(policyResource);
    return true;
  } catch {
    return false;
  }
}
