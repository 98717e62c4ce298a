import type { WorkflowHandle } from '@temporalio/client';
import { databaseWorkflowId } from '../../workflows/messages.ts';
import { rowsOf } from '../setup/rows.ts';
import type { Bench } from './bench.ts';

/** The workflow of the server that a URL leads to. */
export async function serverWorkflow({ client }: Bench, url: string): Promise<WorkflowHandle> {
  return client.workflow.getHandle(databaseWorkflowId(await serverIdentity(url)));
}

/** The name in workflow IDs of the server that a URL leads to. */
export async function serverIdentity(url: string): Promise<string> {
  const rows = await rowsOf<{ id: string }>(
    url,
    `SELECT left(encode(sha256(convert_to(system_identifier::text, 'UTF8')), 'hex'), 16) AS id
       FROM pg_control_system()`,
  );
  return rows[0]?.id ?? '';
}
