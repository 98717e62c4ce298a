import { parseDocuments } from '../../core/document/document.ts';
import { planDatabase } from '../../postgres/plan.ts';
import type { Database } from '../../postgres/pool.ts';
import { sessionOf } from '../../postgres/session.ts';
import { planJson } from '../plan-json.ts';
import { planScript } from '../plan-script.ts';
import { planHeadline, planSummary } from '../plan-summary.ts';
import { newProgram } from '../program.ts';
import { otherSamples, sampleObjects, samplePolicy, sampleRows } from './sample.ts';
import { sampleClient } from './sample-server.ts';

/**
 * Runs what most commands run, so that the snapshot contains the compiled functions. It connects to nothing. Throws an
 * error if planning does not understand the sample, so that the sample cannot become outdated.
 */
export async function warmUp(): Promise<void> {
  newProgram('').helpInformation();
  const [document, ...others] = parseDocuments(`${samplePolicy}---${otherSamples}`, 'sample.yaml');
  if (document?.kind !== 'policy' || others.some(({ kind }) => kind === 'invalid'))
    throw new Error('the sample is not valid');
  for (const rows of [sampleRows, sampleObjects]) {
    const { graph } = document;
    const intent = {
      ...{ graph, mode: 'authoritative' as const },
      ...{ passwordVersions: {}, appliedPasswords: {} },
    };
    const plan = await planDatabase(await sampleDatabase(rows), intent);
    if (plan.drift === (rows === sampleRows))
      throw new Error(`the sample is outdated:\n${planScript(plan)}`);
    const texts = [
      planScript(plan),
      planSummary(plan),
      planHeadline(plan),
      planJson(plan, 'authoritative'),
    ];
    if (texts.includes('')) throw new Error('the sample plan was not rendered');
  }
}

async function sampleDatabase(rows: readonly object[]): Promise<Database> {
  const client = sampleClient(rows);
  await client.connect();
  const session = await sessionOf(client, undefined);
  const target = {
    ...{ host: 'localhost', port: 5432, database: 'sample', user: 'sample' },
    ...{ password: undefined, role: undefined, sslMode: 'disable' as const },
  };
  const database: Database = {
    target,
    use: (work) => work(session),
    elsewhere: (_name, work) => work(database),
    close: () => client.end(),
  };
  return database;
}
