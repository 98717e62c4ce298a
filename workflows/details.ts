import type { Ticket } from '../activities/contract.ts';
import type { ResourceRef } from '../core/document/document.ts';
import { sharedCheckWorkflowId, type PolicyView, type SharedCheckView } from './messages.ts';
import type { QueueView } from './queue-view.ts';

/**
 * The Current Details of a policy in the Temporal UI, as Markdown. They name the policy, because Temporal 1.29 drops
 * the static summary at continue-as-new, and are short, because the UI's panel shows five lines at once.
 */
export function policyDetails({ namespace, name }: ResourceRef, view: PolicyView): string {
  const { phase, database, pending, doing, queuedSince, lastCheck, lastChange, shared } = view;
  const since = queuedSince === undefined ? '' : `, since ${timeText(queuedSince)}`;
  const place = database === undefined ? '' : ` on ${plain(database)}`;
  const heading = `**${phase}** ${plain(`${namespace}/${name}`)}${place}`;
  const lines = [
    heading,
    ...(doing === undefined ? [] : [`Now: ${plain(doing)}${since}`]),
    ...(pending === undefined ? [] : [`Pending changes: ${plain(pending)}`]),
    ...(lastCheck === undefined ? [] : [checkLine(lastCheck, view)]),
    ...(shared === undefined ? [] : [`Checked by ${plain(sharedCheckWorkflowId(shared))} since`]),
    `Last change ${lastChange === undefined ? 'none yet' : timeText(lastChange)}`,
  ];
  return [lines.join(lineBreak), ...errorLines(view), ...findingLines(view)].join('\n\n');
}

function checkLine(lastCheck: string, { nextCheck }: PolicyView): string {
  const next = nextCheck === undefined ? '' : `, next ${timeText(nextCheck)}`;
  return `Last check ${timeText(lastCheck)}${next}`;
}

/** Two spaces before a line end make a line break in Markdown. */
const lineBreak = '  \n';

function errorLines({ error }: PolicyView): string[] {
  if (error === undefined) return [];
  return [`**${error.code}**: ${plain(error.message)}`, `*${plain(error.hint)}*`];
}

const shownFindings = 5;

function findingLines({ findings }: PolicyView): string[] {
  if (findings === undefined) return [];
  const { total, unrevocable, first } = findings;
  const stays = unrevocable === 0 ? '' : `, ${unrevocable} of which are drift that stays`;
  const heading = `**${total} finding${total === 1 ? '' : 's'}**${stays}`;
  const shown = first.slice(0, shownFindings);
  const lines = shown.map(({ code, message }) => `* ${code}: ${plain(message)}`);
  const more = total > shown.length ? [`* and ${total - shown.length} more`] : [];
  return [[heading, '', ...lines, ...more].join('\n')];
}

/** `2026-11-22 16:36:52 UTC` */
function timeText(iso: string): string {
  return iso.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');
}

const shownTickets = 20;

/** The Current Details of a server's workflow. */
export function queueDetails(view: QueueView): string {
  const { running, runningSince, step, queue, claims, waiting } = view;
  const tickets = running === undefined ? queue : [running, ...queue];
  const lines = tickets.slice(0, shownTickets).map((ticket, index) => {
    const runs = index === 0 && running !== undefined;
    const state = runs ? (step ?? 'applying') : 'waiting';
    return rowOf(ticket, state, runs ? runningSince : ticket.since);
  });
  const more = tickets.length > shownTickets ? [`and ${tickets.length - shownTickets} more`] : [];
  const refused = waiting.length === 0 ? '' : `, ${waiting.length} refused`;
  const heading = `**${claims.length} policies** hold claims${refused}; **${tickets.length}** to apply`;
  if (tickets.length === 0) return heading;
  return [
    heading,
    '',
    '| Policy | Database | Changes | | Since |',
    '|---|---|---|---|---|',
    ...lines,
    ...more,
  ].join('\n');
}

/** The Current Details of a shared check. */
export function sharedCheckDetails({ members }: SharedCheckView): string {
  const lines = members.slice(0, shownTickets).map(({ policy, lastCheck }) => {
    const cells = [`${policy.namespace}/${policy.name}`, timeText(lastCheck)];
    return `| ${cells.map(cell).join(' | ')} |`;
  });
  const more = members.length > shownTickets ? [`and ${members.length - shownTickets} more`] : [];
  const heading = `**${members.length} policies** are checked together`;
  return [heading, '', '| Policy | Last check |', '|---|---|', ...lines, ...more].join('\n');
}

function rowOf({ policy, database, line }: Ticket, state: string, since: string | undefined) {
  const name = `${policy.namespace}/${policy.name}`;
  const time = since === undefined ? '' : timeText(since);
  return `| ${[name, database, line, state, time].map(cell).join(' | ')} |`;
}

function cell(text: string): string {
  return plain(text).replaceAll('|', '\\|');
}

/** Escapes text so that Markdown shows it unchanged. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_<>[\]]/g, (mark) => `\\${mark}`);
}
