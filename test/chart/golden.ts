import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The expected manifests of a release. UPDATE_CHART replaces them with the current ones; review the difference. */
export function golden(installation: string, actual: string): string {
  const file = fileURLToPath(new URL(`golden/${installation}.yaml`, import.meta.url));
  if (process.env.UPDATE_CHART !== undefined) writeFileSync(file, actual);
  return existsSync(file) ? readFileSync(file, 'utf8') : '(nothing expected)';
}

/** Leaves out the custom resource and the dashboard, which other tests check. */
export function withoutMadeFiles(rendered: string): string {
  return rendered
    .split(/^(?=---\n)/m)
    .map((text) =>
      text.includes('kind: CustomResourceDefinition') ? text.replace(/^spec:\n[^]*/m, '') : text,
    )
    .join('')
    .replace(/^( {2}pgwarden\.json: ).*$/m, '$1(files/grafana-dashboard.json)');
}
