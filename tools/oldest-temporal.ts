import { goProgram } from './go-program.ts';

/** The oldest server that pgwarden supports. Its command-line tool is the newest that can be built from its module. */
const oldest = { server: '1.29.1', cli: '1.5.1' };

/** Path of the executable of the oldest Temporal server that pgwarden supports. */
export function oldestTemporal(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const { server, cli } = oldest;
  const source = `github.com/temporalio/cli/cmd/temporal@v${cli}`;
  const file = `temporal-${server}-cli-${cli}`;
  return goProgram({ title: `Temporal ${server}`, file, source, binary: 'temporal' }, env);
}
