import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const dist = (path: string) => JSON.stringify(new URL(`../../dist/${path}`, import.meta.url).href);

/** The SDKs that a Node.js program with this code loads. */
async function sdksLoadedBy(code: string): Promise<readonly string[]> {
  const program = `
    import { Session } from 'node:inspector';
    const [session, urls] = [new Session(), []];
    session.connect();
    session.on('Debugger.scriptParsed', ({ params }) => urls.push(params.url));
    session.post('Debugger.enable');
    ${code}
    const names = urls.map((url) => /@aws-sdk|google-auth-library|@azure/.exec(url)?.[0]);
    console.log(JSON.stringify([...new Set(names)].filter((name) => name).sort()));
    process.exit();`;
  const run = promisify(execFile);
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const args = ['--input-type=module', '--eval', program];
  const { stdout } = await run(process.execPath, args, { cwd, env: { PATH: process.env.PATH } });
  return JSON.parse(stdout) as string[];
}

const target = `{ host: 'localhost', port: 1, database: 'd', user: 'u' }`;

test("a worker loads no cloud's SDK until a connection logs in with its identity, and then only that one", async () => {
  const worker = `await import(${dist('worker/start.js')});`;
  expect(await sdksLoadedBy(worker)).toEqual([]);
  const tokens = `const { cloudTokens } = await import(${dist('sources/cloud-tokens/tokens.js')});
    const tokens = cloudTokens({ timeoutMs: 5_000 });
    await tokens.withToken({ target: ${target} });`;
  expect(await sdksLoadedBy(tokens)).toEqual([]);
  const ask = (type: string) =>
    `${tokens} await tokens.withToken({ target: ${target}, auth: { type: '${type}' } }).catch(() => {});`;
  expect(await sdksLoadedBy(ask('azure_workload_identity'))).toEqual(['@azure']);
  expect(await sdksLoadedBy(ask('aws_rds_iam'))).toEqual(['@aws-sdk']);
});
