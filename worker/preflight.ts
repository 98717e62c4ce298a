import type { Client } from '@temporalio/client';
import type { Log } from '../telemetry/log.ts';
import { searchAttributeTypes } from '../workflows/messages.ts';

/**
 * Whether the Temporal server has our search attributes. If it has not, or does not say, workflows run without them,
 * because upserting an unknown one would block a workflow. One warning says how to register them.
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
    // Temporal Cloud and restricted clusters may deny this request.
    return names;
  }
}
