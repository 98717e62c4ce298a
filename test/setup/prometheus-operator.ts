import { cp, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { cacheDir } from '../../embedded/cache.ts';
import { runCommand } from '../../embedded/command.ts';
import { findOnPath } from '../../embedded/find-on-path.ts';
import { installOnce } from '../../embedded/install-once.ts';

const source = 'github.com/prometheus-operator/prometheus-operator';
const version = '0.85.0';

/** The checksum of the module, as `go.sum` would have it. */
const sum = 'h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=';

const kinds = ['servicemonitors', 'prometheusrules'];

/**
 * Files with the Prometheus operator's definitions of ServiceMonitor and PrometheusRule, from the cache, or from its Go
 * module. Throws an error with the reason if there are none.
 */
export async function prometheusOperatorDefinitions(
  env: NodeJS.ProcessEnv = process.env,
): Promise<readonly string[]> {
  const target = join(cacheDir(env), 'definitions', `prometheus-operator-${version}`);
  await installOnce(target, async (workDir) => {
    const module = await download(env);
    const wanted = join(workDir, 'definitions');
    await mkdir(wanted);
    for (const file of kinds.map(fileOf)) {
      await cp(join(module, 'example', 'prometheus-operator-crd', file), join(wanted, file));
    }
    return wanted;
  });
  return kinds.map((kind) => join(target, fileOf(kind)));
}

function fileOf(kind: string): string {
  return `monitoring.coreos.com_${kind}.yaml`;
}

const answer = z.object({ Dir: z.string(), Sum: z.string() });

/** Returns the module's folder. It is outside pgwarden's modules, because it would change their requirements. */
async function download(env: NodeJS.ProcessEnv): Promise<string> {
  const go = findOnPath('go', env);
  if (go === undefined) throw new Error(`no ${source}: the cache has none, no go on PATH`);
  const args = ['mod', 'download', '-json', `${source}@v${version}`];
  const { code, output } = await runCommand(go, args, { env, cwd: tmpdir() });
  if (code !== 0) throw new Error(`go ${args.join(' ')} failed:\n${output}`);
  const { Dir, Sum } = answer.parse(JSON.parse(output.slice(output.indexOf('{'))));
  if (Sum !== sum) throw new Error(`${source} ${version} is not what it was: ${Sum}`);
  return Dir;
}
