import type { Connection } from '@temporalio/client';
import { encodeSearchAttributeIndexedValueType as typeCode } from '@temporalio/common/lib/search-attributes.js';
import { msToTs } from '@temporalio/common/lib/time.js';
import { searchAttributes } from '../../workflows/messages.ts';
import { uniqueName } from '../setup/servers.ts';
import { eventually } from './wait.ts';

export interface NamespaceOptions {
  /** Whether pgwarden's search attributes are registered. */
  readonly attributes: boolean;
}

/**
 * Policies of two test files reach the same PostgreSQL server, whose workflow has one ID. Each file has a separate
 * Temporal namespace, so that this workflow does not serve both.
 */
export async function createNamespace(
  connection: Connection,
  options: NamespaceOptions,
): Promise<string> {
  const namespace = uniqueName('test');
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: msToTs('1 day'),
  });
  if (options.attributes) await eventually(() => registerAttributes(connection, namespace));
  else await eventually(() => isKnown(connection, namespace));
  return namespace;
}

/** The server takes a moment to publish a new namespace everywhere. */
async function registerAttributes(connection: Connection, namespace: string): Promise<boolean> {
  const codes = Object.values(searchAttributes).map(({ name, type }) => [name, typeCode(type)]);
  try {
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(codes) as Record<string, number>,
    });
  } catch {
    // Either an earlier attempt failed halfway, or the namespace is not known yet.
  }
  const known = await connection.operatorService
    .listSearchAttributes({ namespace })
    .catch(() => undefined);
  return Object.values(searchAttributes).every(
    ({ name }) => known?.customAttributes[name] !== undefined,
  );
}

async function isKnown(connection: Connection, namespace: string): Promise<boolean> {
  const listed = connection.workflowService.listWorkflowExecutions({ namespace });
  return listed.then(
    () => true,
    () => false,
  );
}
