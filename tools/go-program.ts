import { join } from 'node:path';
import { cacheDir } from '../embedded/cache.ts';
import { runCommand } from '../embedded/command.ts';
import { findOnPath, isExecutable } from '../embedded/find-on-path.ts';
import { installOnce } from '../embedded/install-once.ts';
import { step } from '../embedded/progress.ts';

/** A program that `go install` builds from its module. */
interface GoProgram {
  /** For people, such as `Temporal 1.29.1`. */
  readonly title: string;
  /** Name of the file in the cache, with the version. */
  readonly file: string;
  /** Path of the package and version, such as `example.org/cmd/tool@v1.0.0`. */
  readonly source: string;
  /** Name of the program that `go install` writes. */
  readonly binary: string;
}

/** Path of the program: from the cache, else built by Go once. Throws an error that says why there is none. */
export async function goProgram(
  { title, file, source, binary }: GoProgram,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const target = join(cacheDir(env), 'bin', file);
  if (isExecutable(target)) return target;
  const go = findOnPath('go', env);
  if (go === undefined) throw new Error(`no ${title}: the cache has none, no go on PATH`);
  await step(`Building ${title} with Go, takes minutes once`, (report) =>
    installOnce(target, async (workDir) => {
      const args = ['install', '-trimpath', '-buildvcs=false', '-ldflags', '-s -w', source];
      const options = { cwd: workDir, env: { ...env, GOBIN: workDir }, onLine: report };
      const { code, output } = await runCommand(go, args, options);
      if (code !== 0) throw new Error(`go install ${source} failed:\n${output}`);
      return join(workDir, binary);
    }),
  );
  return target;
}
