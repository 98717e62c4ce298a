/** On a namespace: the installation it belongs to. On an object: the installation that created or manages it. */
export const installationLabel = 'pgwarden.io/installation';

export const managedByLabel = 'app.kubernetes.io/managed-by';
export const managedByUs = 'pgwarden';

/** On objects that an installation creates at run time. */
export function ownLabels(installation: string): Readonly<Record<string, string>> {
  return { [managedByLabel]: managedByUs, [installationLabel]: installation };
}
