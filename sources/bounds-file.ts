import { createHash } from 'node:crypto';
import { parseBounds, rulesFor, unreadable, type Bounds } from '../core/bounds/parse.ts';
import type { Rule } from '../core/bounds/rule.ts';
import { readUtf8File } from './utf8-text.ts';

/** The bounds of the policies of each namespace. */
export interface BoundsSource {
  /** Throws Refusal `BoundsUnreadable` if the rules for the namespace cannot be read. */
  readonly boundsOf: (namespace: string) => Promise<NamespaceBounds>;
}

export interface NamespaceBounds {
  readonly rules: readonly Rule[];
  /** Changes whenever the rules change. Undefined without rules. */
  readonly version: string | undefined;
}

/**
 * Bounds in a file. It is read each time, because Kubernetes replaces the file of a ConfigMap, and the current content
 * counts. Without a path policies have no bounds; with one, a missing file is an error like a broken one.
 */
export function boundsFile(path: string | undefined): BoundsSource {
  if (path === undefined || path === '')
    return { boundsOf: () => Promise.resolve({ rules: [], version: undefined }) };
  let known: { readonly text: string; readonly bounds: Bounds } | undefined;
  return {
    async boundsOf(namespace) {
      const text = await readBounds(path);
      if (known?.text !== text) known = { text, bounds: parseBounds(text, path) };
      const rules = rulesFor(known.bounds, namespace);
      return { rules, version: rules.length === 0 ? undefined : versionOf(rules) };
    },
  };
}

/** The text of a file of bounds. Throws Refusal `BoundsUnreadable`. */
export async function readBounds(path: string): Promise<string> {
  try {
    return await readUtf8File(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    throw unreadable([`${path} cannot be read: ${code}`]);
  }
}

function versionOf(rules: readonly Rule[]): string {
  return createHash('sha256').update(JSON.stringify(rules)).digest('hex').slice(0, 16);
}
