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
import { writeOut } from '../output.ts';

export interface StatusOptions {
  readonly name: string | undefined;
  readonly namespace: string;
  readonly allNamespaces: boolean;
  readonly output: 'table' | 'json';
  readonly state: string;
}

interface Standing {
  readonly ref: ResourceRef;
  readonly view: PolicyView;
  /** Where its changes wait. */
  readonly queued: string | undefined;
}

const atOnce = 16;

/** Shows where policies stand. Returns the exit code. */
export async function status(options: StatusOptions): Promise<number> {
  const { name, allNamespaces, output, state } = options;
  if (name !== undefined && allNamespaces) throw nameInAll(name);
  const namespace = allNamespaces ? undefined : options.namespace;
  const standings = await withTemporal(state, async (client) => {
    const refs =
      name === undefined
        ? await runningPolicies(client, namespace)
        : [{ namespace: options.namespace, name }];
    return mapLimited(refs, atOnce, (ref) => standingOf(client, ref));
  });
  writeOut(output === 'json' ? asJson(standings) : asTable(standings, namespace));
  return 0;
}

function nameInAll(name: string): Refusal {
  const message = `policy ${name} cannot be looked for in all namespaces`;
  return new Refusal('Usage', message, 'Name its namespace with -n, or leave out its name.');
}

async function standingOf(client: Client, ref: ResourceRef): Promise<Standing> {
  const handle = client.workflow.getHandle(policyWorkflowId(ref));
  const view = await askPolicy(client, ref, () => handle.query(stateQuery));
  return { ref, view, queued: await queueLine(client, ref, view) };
}

function asJson(standings: readonly Standing[]): string {
  const policies = standings.map(({ ref, view }) => ({ ...ref, ...view }));
  return `${printableJson({ schema_version: 'pgwarden.status.v1', policies })}\n`;
}

function asTable(standings: readonly Standing[], namespace: string | undefined): string {
  if (standings.length === 0) {
    const place = namespace === undefined ? '' : ` of namespace ${namespace}`;
    return `No policy${place} has a workflow.\n`;
  }
  const rows = standings.map(({ ref, view }) => ({
    policy: refText(ref),
    phase: view.phase,
    database: databaseName(view),
    changes: view.pending === undefined ? 'none' : `pending: ${view.pending}`,
    lastCheck: clockTimeOf(view.lastCheck),
  }));
  const errors = standings.flatMap(({ ref, view: { error } }) =>
    error === undefined ? [] : [errorLines(refText(ref), error)],
  );
  const found = standings.flatMap(({ ref, view: { findings } }) =>
    findings === undefined ? [] : [foundLines(refText(ref), findings)],
  );
  const queued = standings.flatMap((standing) => standing.queued ?? []);
  return [policyTable(rows), ...errors, ...queued, ...found].join('');
}
