import { join } from 'node:path';
import { cacheDir } from '../embedded/cache.ts';
import { runCommand } from '../embedded/command.ts';
import { findOnPath, isExecutable } from '../embedded/find-on-path.ts';
import { installOnce } from '../embedded/install-once.ts';
import { step } from '../embedded/progress.ts';

/** The oldest server that pgwarden supports. Its command-line tool is the newest that can be built from its module. */
const oldest = { server: '1.29.1', cli: '1.5.1' };

/**
 * Path of the executable of the oldest Temporal server that pgwarden supports. Go builds it once, which takes minutes.
 *
 * Throws an error that says why there is none.
 */
export async function oldestTemporal(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const target = join(cacheDir(env), 'bin', `temporal-${oldest.server}-cli-${oldest.cli}`);
  if (isExecutable(target)) return target;
  const go = findOnPath('go', env);
  if (go === undefined) throw new Error(`no go on PATH to build Temporal ${oldest.server}`);
  await step(`Building Temporal ${oldest.server} with Go, takes minutes once`, (report) =>
    installOnce(target, async (workDir) => {
      const source = `github.com/temporalio/cli/cmd/temporal@v${oldest.cli}`;
      const args = ['install', '-trimpath', '-buildvcs=false', '-ldflags', '-s -w', source];
      const options = { cwd: workDir, env: { ...env, GOBIN: workDir }, onLine: report };
      const { code, output } = await runCommand(go, args, options);
      if (code !== 0) throw new Error(`go install ${source} failed:\n${output}`);
      return join(workDir, 'temporal');
    }),
  );
  return target;
}
