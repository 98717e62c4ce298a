import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ResourceRef } from '../../core/document/document.ts';
import { refText } from '../resource-name.ts';
import type { PolicyEvent } from '../source.ts';
import type { StateFolder } from './state-folder.ts';

const current = 'events.jsonl';
const older = 'events.1.jsonl';
const largestBytes = 1024 * 1024;

/**
 * Writes an event as a line of `events.jsonl`. The last MiB of older events is kept in `events.1.jsonl`, so the log
 * never needs more than two MiB.
 */
export async function appendEvent(
  state: StateFolder,
  ref: ResourceRef,
  { type, reason, message }: PolicyEvent,
): Promise<void> {
  const time = new Date().toISOString();
  const line = JSON.stringify({ time, policy: refText(ref), type, reason, message });
  await state.append(current, `${line}\n`);
  await turnOver(state);
}

async function turnOver({ path }: StateFolder): Promise<void> {
  try {
    const { size } = await stat(join(path, current));
    if (size >= largestBytes) await rename(join(path, current), join(path, older));
  } catch {
    // another process rotated it at the same moment
  }
}
