import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir } from '../../embedded/cache.ts';
import { runCommand } from '../../embedded/command.ts';
import { findOnPath, isExecutable } from '../../embedded/find-on-path.ts';
import { installOnce } from '../../embedded/install-once.ts';
import { step } from '../../embedded/progress.ts';

/** The source of an executable: a Go module next to this file, or the package's own module. */
interface Recipe {
  readonly version: string;
  /** Without it, the package is installed as `package@version`. */
  readonly module?: 'etcd' | 'components';
  readonly package: string;
}

const kubernetes = '1.35.4';

const recipes = {
  etcd: { version: '3.6.5', module: 'etcd', package: '.' },
  'kube-apiserver': component('kube-apiserver'),
  'kube-controller-manager': component('kube-controller-manager'),
  'kube-scheduler': component('kube-scheduler'),
  kubelet: component('kubelet'),
  'kube-proxy': component('kube-proxy'),
  kubectl: component('kubectl'),
  coredns: { version: '1.12.4', package: 'github.com/coredns/coredns' },
  helm: { version: '3.21.4', package: 'helm.sh/helm/v3/cmd/helm' },
} satisfies Record<string, Recipe>;

type Executable = keyof typeof recipes;

function component(name: string): Recipe {
  return { version: kubernetes, module: 'components', package: `k8s.io/kubernetes/cmd/${name}` };
}

/**
 * Path of an executable: from KUBEBUILDER_ASSETS if that is set and has it, otherwise from the cache, otherwise built
 * with Go.
 *
 * The first build takes up to 11 minutes on two cores, and each further one of Kubernetes a minute. Throws an error
 * that says why there is none.
 */
export async function kubernetesExecutable(
  name: Executable,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const given = join(env.KUBEBUILDER_ASSETS ?? '', name);
  if (env.KUBEBUILDER_ASSETS !== undefined && isExecutable(given)) return given;
  const recipe: Recipe = recipes[name];
  const target = join(cacheDir(env), 'bin', `${name}-${recipe.version}`);
  if (!isExecutable(target)) await build(name, recipe, target, env);
  return target;
}

async function build(
  name: Executable,
  recipe: Recipe,
  target: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const go = findOnPath('go', env);
  if (go === undefined) {
    throw new Error(
      `no ${name}: it is neither in KUBEBUILDER_ASSETS nor in the cache, and there is no go on PATH to build it`,
    );
  }
  await step(`Building ${name} ${recipe.version} with Go, takes minutes once`, (report) =>
    installOnce(target, async (workDir) => {
      const command = { args: goArguments(recipe, join(workDir, name)), cwd: folderOf(recipe) };
      const options = { cwd: command.cwd, env: { ...env, GOBIN: workDir }, onLine: report };
      const { code, output } = await runCommand(go, command.args, options);
      if (code !== 0) throw new Error(`go ${command.args.join(' ')} failed:\n${output}`);
      return join(workDir, name);
    }),
  );
}

function goArguments(recipe: Recipe, output: string): string[] {
  const flags = ['-trimpath', '-buildvcs=false'];
  const smaller = '-s -w';
  if (recipe.module === undefined) {
    const source = `${recipe.package}@v${recipe.version}`;
    return ['install', ...flags, '-ldflags', smaller, source];
  }
  const linked = `${smaller} ${recipe.module === 'components' ? versionStamp(recipe.version) : ''}`;
  return ['build', ...flags, '-ldflags', linked, '-o', output, recipe.package];
}

/** The response of `/version`. Helm compares charts with it. */
function versionStamp(version: string): string {
  const [major = '', minor = ''] = version.split('.');
  const values = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor };
  return Object.entries(values)
    .map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`)
    .join(' ');
}

/** The compiled file is in another folder than its Go modules. */
function folderOf({ module }: Recipe): string {
  const here = fileURLToPath(new URL('.', import.meta.url));
  const source = fileURLToPath(new URL('../../../tools/kubernetes', import.meta.url));
  const folder = existsSync(join(here, 'etcd', 'go.mod')) ? here : source;
  return join(folder, module ?? '.');
}
