import { parseDocuments } from '../../core/document/document.ts';
import type { RoleGraph } from '../../core/graph.ts';

/** The expanded manifest. Throws its Refusal if it is invalid. */
export function graphOf(manifest: string): RoleGraph {
  const [document] = parseDocuments(manifest, 'f.yaml');
  if (document?.kind === 'invalid') throw document.refusal;
  if (document?.kind !== 'manifest') throw new Error('not a manifest');
  return document.graph;
}

/** The problems of a manifest, one line each. */
export function problemsOf(manifest: string): readonly string[] {
  const [document] = parseDocuments(manifest, 'f.yaml');
  return document?.kind === 'invalid' ? document.refusal.details : [];
}

/** The problems of a text, or the kinds of its documents if there are none. */
export function verdict(text: string): readonly string[] {
  return parseDocuments(text, 'f.yaml').flatMap((document) => {
    if (document.kind !== 'invalid') return [document.kind];
    const { refusal } = document;
    return refusal.details.length > 0 ? refusal.details : [refusal.message];
  });
}
