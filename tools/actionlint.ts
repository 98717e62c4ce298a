import { goProgram } from './go-program.ts';

const version = '1.7.12';

/** Path of actionlint, which checks GitHub's workflows. */
export function actionlint(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const source = `github.com/rhysd/actionlint/cmd/actionlint@v${version}`;
  const file = `actionlint-${version}`;
  return goProgram({ title: `actionlint ${version}`, file, source, binary: 'actionlint' }, env);
}
