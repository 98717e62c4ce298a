/** On a namespace: whose it is. On an object: who made it, or sees to it. */
export const installationLabel = 'pgwarden.io/installation';

export const managedByLabel = 'app.kubernetes.io/managed-by';
export const managedByUs = 'pgwarden';

/** On what an installation makes at run time. */
export function ownLabels(installation: string): Readonly<Record<string, string>> {
  return { [managedByLabel]: managedByUs, [installationLabel]: installation };
}
