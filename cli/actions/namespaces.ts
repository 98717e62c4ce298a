import { withCluster } from '../namespaces/cluster.ts';
import { findInstallation, type InstallationOptions } from '../namespaces/installation.ts';
import { headLines, namespacesJson, namespaceTable } from '../namespaces/show.ts';
import { writeErr, writeOut } from '../output.ts';

export interface NamespacesOptions extends InstallationOptions {
  readonly output: 'table' | 'json';
}

/** Shows the namespaces whose policies pgwarden manages, as the watcher reports them. Returns the exit code. */
export async function namespaces({ output, ...options }: NamespacesOptions): Promise<number> {
  const installation = await withCluster((client) => findInstallation(client, options));
  if (output === 'json') {
    writeOut(namespacesJson(installation));
    return 0;
  }
  writeErr(headLines(installation));
  writeOut(namespaceTable(installation));
  return 0;
}
