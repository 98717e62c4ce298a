import { join } from 'node:path';
import type { ResourceRef } from '../../core/document/document.ts';
import type { PolicyStatus } from '../source.ts';
import { keptFiles } from './kept-file.ts';
import { resourcePath } from './resource-path.ts';
import type { StateFolder } from './state-folder.ts';

/** One JSON file per policy: `status/<namespace>/<name>.json`. */
export interface StatusFiles {
  read(ref: ResourceRef): Promise<PolicyStatus>;
  write(ref: ResourceRef, status: PolicyStatus): Promise<void>;
}

const noStatus: PolicyStatus = { conditions: [] };

export function statusFiles(state: StateFolder): StatusFiles {
  const readStatus = keptFiles(decodeStatus);
  return {
    async read(ref) {
      const path = statusPath(ref);
      const status = path === undefined ? undefined : await readStatus(join(state.path, path));
      return status ?? noStatus;
    },
    async write(ref, status) {
      const path = statusPath(ref);
      if (path !== undefined) await state.replace(path, `${JSON.stringify(status, null, 2)}\n`);
    },
  };
}

function statusPath(ref: ResourceRef): string | undefined {
  const path = resourcePath(ref, 'json');
  return path === undefined ? undefined : join('status', path);
}

/** A damaged status counts as empty, because pgwarden can rebuild it. */
function decodeStatus(text: string): PolicyStatus {
  try {
    const value: unknown = JSON.parse(text);
    return isStatus(value) ? value : noStatus;
  } catch {
    return noStatus;
  }
}

function isStatus(value: unknown): value is PolicyStatus {
  const isObject = typeof value === 'object' && value !== null;
  return isObject && 'conditions' in value && Array.isArray(value.conditions);
}
