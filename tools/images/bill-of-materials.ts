/** An entry of npm's lockfile for one package. */
interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  /** Such as `sha512-<base64>`. */
  readonly integrity?: string;
  readonly dev?: boolean;
  /** True for a package that is both an optional dependency for production and a dependency for development. */
  readonly devOptional?: boolean;
}

export interface Lockfile {
  readonly name: string;
  readonly version: string;
  /** By path, e.g. `node_modules/pg`; the project itself is at ''. */
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

/**
 * The production dependencies as CycloneDX 1.5. The same lockfile gives the same text.
 *
 * `npm sbom --omit=dev` would also leave out packages that development and production share. Source: CycloneDX 1.5 JSON
 * reference; package URLs by the purl specification.
 */
export function billOfMaterials({ name, version, packages }: Lockfile): object {
  const components = Object.entries(packages)
    .filter(([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true)
    .map(([path, locked]) => component(path, locked));
  const ofEach = new Map(components.map((each) => [each.purl, each]));
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: { component: { type: 'application', 'bom-ref': name, name, version } },
    components: [...ofEach.values()].sort((a, b) => (a.purl < b.purl ? -1 : 1)),
  };
}

function component(path: string, { version = '', license, integrity = '' }: LockedPackage) {
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const [algorithm, digest] = integrity.split('-');
  const content = Buffer.from(digest ?? '', 'base64').toString('hex');
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    purl,
    ...(license === undefined ? {} : { licenses: [{ expression: license }] }),
    ...(algorithm === 'sha512' ? { hashes: [{ alg: 'SHA-512', content }] } : {}),
  };
}
