import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { kubernetesExecutable } from '../../tools/kubernetes/executables.ts';
import { kubeconfigPath } from '../setup/servers.ts';

export const chart = fileURLToPath(new URL('../../charts/pgwarden', import.meta.url));

/** Names of the values files in `ci/`, without their ending. */
export const installations = readdirSync(`${chart}/ci`).map((name) =>
  name.replace(/-values\.yaml$/, ''),
);

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function helm(...args: readonly string[]): Promise<Answer> {
  return run(await kubernetesExecutable('helm'), args);
}

/** Runs with all permissions on the shared API server. `input` is the text for `-f -`. */
export async function kubectl(args: readonly string[], input = ''): Promise<Answer> {
  return run(await kubernetesExecutable('kubectl'), [...args, ...(await access())], input);
}

async function access(): Promise<readonly string[]> {
  return ['--kubeconfig', await kubeconfigPath()];
}

function run(file: string, args: readonly string[], input = ''): Promise<Answer> {
  return new Promise((resolve) => {
    const options = { maxBuffer: 16 * 2 ** 20 };
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      const code = typeof error?.code === 'number' ? error.code : error === null ? 0 : 1;
      resolve({ code, stdout, stderr });
    });
    child.stdin?.end(input);
  });
}

/** A Helm built without a version stamp assumes an old cluster unless the version is set. */
const version = '1.35.4';

interface Release {
  readonly name?: string;
  readonly namespace?: string;
  /** As `--set` takes them. */
  readonly set?: readonly string[];
}

interface Rendering extends Release {
  /** One template of the chart instead of all, e.g. `templates/rbac.yaml`. */
  readonly only?: string;
}

/** Renders the chart with the values of an installation in `ci/`, or with the default values. */
export function template(
  installation?: string,
  { only, ...release }: Rendering = {},
): Promise<Answer> {
  const part = only === undefined ? [] : ['-s', only];
  const args = releaseArguments(installation, release);
  return helm('template', ...args, ...part, '--kube-version', version);
}

/** The notes that Helm prints after the installation. */
export async function notes(installation: string, set: readonly string[] = []): Promise<string> {
  const args = releaseArguments(installation, { set });
  const dryRun = ['--dry-run=client', '--take-ownership', ...(await access())];
  const { stdout, stderr } = await helm('install', ...args, ...dryRun);
  const [, text] = stdout.split('\nNOTES:\n');
  if (text === undefined) throw new Error(stderr);
  return text;
}

/** Installs or upgrades on the shared API server. It does not wait, because no pods run there. */
export async function upgrade(installation: string, release: Release): Promise<Answer> {
  const args = releaseArguments(installation, release);
  return helm('upgrade', '--install', ...args, '--take-ownership', ...(await access()));
}

export async function uninstall(name: string, namespace: string): Promise<Answer> {
  return helm('uninstall', name, '--namespace', namespace, ...(await access()));
}

export function lint(installation: string): Promise<Answer> {
  return helm('lint', '--strict', '--kube-version', version, chart, '-f', valuesFile(installation));
}

function releaseArguments(
  installation: string | undefined,
  { name = 'pgwarden', namespace = 'access', set = [] }: Release,
): readonly string[] {
  const values = installation === undefined ? [] : ['-f', valuesFile(installation)];
  return [
    name,
    chart,
    '--namespace',
    namespace,
    ...values,
    ...set.flatMap((each) => ['--set', each]),
  ];
}

function valuesFile(installation: string): string {
  return `${chart}/ci/${installation}-values.yaml`;
}

export function chartFile(name: string): string {
  return readFileSync(`${chart}/${name}`, 'utf8');
}

const manifestSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string().optional() }),
});

export type Manifest = z.infer<typeof manifestSchema>;

/** The resources in the output of Helm. Throws an error if Helm failed or printed something else. */
export function manifests({ code, stdout, stderr }: Answer): readonly Manifest[] {
  if (code !== 0) throw new Error(stderr);
  const values = [...parseAllDocuments(stdout)].map((document): unknown => document.toJS());
  return z.array(manifestSchema).parse(values.filter((value) => value !== null));
}
