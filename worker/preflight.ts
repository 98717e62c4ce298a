import type { Client } from '@temporalio/client';
import type { Log } from '../telemetry/log.ts';
import { searchAttributeTypes } from '../workflows/messages.ts';

/**
 * Whether the Temporal server knows our search attributes. If not, or if it does not say, workflows go on without
 * them, as upserting an unknown one would block a workflow; one warning says how to register them.
 */
export async function knowsSearchAttributes(client: Client, log: Log): Promise<boolean> {
  const missing = await missingAttributes(client);
  if (missing.length === 0) return true;
  const command = missing
    .map((name) => `--name ${name} --type ${searchAttributeTypes[name]}`)
    .join(' ');
  const hint = `temporal operator search-attribute create ${command}`;
  log.warn(
    { temporalNamespace: client.options.namespace, missing, hint },
    'search attributes are not registered',
  );
  return false;
}

type AttributeName = keyof typeof searchAttributeTypes;

async function missingAttributes(client: Client): Promise<readonly AttributeName[]> {
  const names = Object.keys(searchAttributeTypes) as AttributeName[];
  try {
    const { customAttributes } = await client.connection.operatorService.listSearchAttributes({
      namespace: client.options.namespace,
    });
    return names.filter((name) => customAttributes[name] === undefined);
  } catch {
    // Temporal Cloud and restricted clusters do not let everyone ask.
    return names;
  }
}
