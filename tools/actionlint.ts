import { join } from 'node:path';
import { cacheDir } from '../embedded/cache.ts';
import { runCommand } from '../embedded/command.ts';
import { findOnPath, isExecutable } from '../embedded/find-on-path.ts';
import { installOnce } from '../embedded/install-once.ts';

const version = '1.7.12';
const source = `github.com/rhysd/actionlint/cmd/actionlint@v${version}`;

/** Path of actionlint, which checks GitHub's workflows: from the cache, else built by Go. Throws an error that says why there is none. */
export async function actionlint(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const target = join(cacheDir(env), 'bin', `actionlint-${version}`);
  if (isExecutable(target)) return target;
  const go = findOnPath('go', env);
  if (go === undefined) throw new Error('no actionlint: the cache has none, no go on PATH');
  await installOnce(target, async (workDir) => {
    const args = ['install', '-trimpath', '-ldflags', '-s -w', source];
    const { code, output } = await runCommand(go, args, { env: { ...env, GOBIN: workDir } });
    if (code !== 0) throw new Error(`go install ${source} failed:\n${output}`);
    return join(workDir, 'actionlint');
  });
  return target;
}
