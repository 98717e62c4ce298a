import type { Client } from '@temporalio/client';
import type { ResourceRef } from '../../core/document/document.ts';
import { Refusal } from '../../core/refusal.ts';
import { mapLimited } from '../../core/map-limited.ts';
import { refText } from '../../sources/resource-name.ts';
import type { PolicyView } from '../../workflows/messages.ts';
import { policyWorkflowId, stateQuery } from '../../workflows/messages.ts';
import { clockTimeOf } from '../clock.ts';
import { errorLines } from '../error-lines.ts';
import { foundLines } from '../finding-lines.ts';
import { printableJson } from '../printable.ts';
import { policyTable } from '../policy-table.ts';
import { databaseName } from '../database-name.ts';
import { queueLine } from '../queue-line.ts';
import { runningPolicies } from '../running-policies.ts';
import { askPolicy, withTemporal } from '../temporal-client.ts';
import { withSharedChecks } from '../shared-checks.ts';
import { writeOut } from '../output.ts';

export interface StatusOptions {
  readonly name: string | undefined;
  readonly namespace: string;
  readonly allNamespaces: boolean;
  readonly output: 'table' | 'json';
  readonly state: string;
}

interface PolicyState {
  readonly ref: ResourceRef;
  readonly view: PolicyView;
  /** Its place in the queue of the server, if its changes wait. */
  readonly queued: string | undefined;
}

const atOnce = 16;

/** Shows the state of policies. Returns the exit code. */
export async function status(options: StatusOptions): Promise<number> {
  const { name, allNamespaces, output, state } = options;
  if (name !== undefined && allNamespaces) throw nameWithAllNamespaces(name);
  const namespace = allNamespaces ? undefined : options.namespace;
  const states = await withTemporal(state, async (client) => {
    const refs =
      name === undefined
        ? await runningPolicies(client, namespace)
        : [{ namespace: options.namespace, name }];
    const found = await mapLimited(refs, atOnce, (ref) => stateOf(client, ref));
    return withSharedChecks(client, found);
  });
  writeOut(output === 'json' ? asJson(states) : asTable(states, namespace));
  return 0;
}

function nameWithAllNamespaces(name: string): Refusal {
  const message = `policy ${name} and --all-namespaces cannot be combined`;
  return new Refusal('Usage', message, 'Name its namespace with -n, or omit the policy name.');
}

async function stateOf(client: Client, ref: ResourceRef): Promise<PolicyState> {
  const handle = client.workflow.getHandle(policyWorkflowId(ref));
  const view = await askPolicy(client, ref, () => handle.query(stateQuery));
  return { ref, view, queued: await queueLine(client, ref, view) };
}

function asJson(states: readonly PolicyState[]): string {
  const policies = states.map(({ ref, view }) => ({ ...ref, ...view }));
  return `${printableJson({ schema_version: 'pgwarden.status.v1', policies })}\n`;
}

function asTable(states: readonly PolicyState[], namespace: string | undefined): string {
  if (states.length === 0) {
    const place = namespace === undefined ? '' : ` in namespace ${namespace}`;
    return `No policies found${place}.\n`;
  }
  const rows = states.map(({ ref, view }) => ({
    policy: refText(ref),
    phase: view.phase,
    database: databaseName(view),
    changes: view.pending === undefined ? 'none' : `pending: ${view.pending}`,
    lastCheck: clockTimeOf(view.lastCheck),
  }));
  const errors = states.flatMap(({ ref, view: { error } }) =>
    error === undefined ? [] : [errorLines(refText(ref), error)],
  );
  const found = states.flatMap(({ ref, view: { findings } }) =>
    findings === undefined ? [] : [foundLines(refText(ref), findings)],
  );
  const queued = states.flatMap((each) => each.queued ?? []);
  return [policyTable(rows), ...errors, ...queued, ...found].join('');
}
