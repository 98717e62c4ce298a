import { parseDocuments } from '../../core/document/document.ts';
import type { RoleGraph } from '../../core/graph.ts';

/** What a manifest says. Throws its Refusal where it is invalid. */
export function graphOf(manifest: string): RoleGraph {
  const [document] = parseDocuments(manifest, 'f.yaml');
  if (document?.kind === 'invalid') throw document.refusal;
  if (document?.kind !== 'manifest') throw new Error('not a manifest');
  return document.graph;
}

/** What is wrong with a manifest, one line each. */
export function problemsOf(manifest: string): readonly string[] {
  const [document] = parseDocuments(manifest, 'f.yaml');
  return document?.kind === 'invalid' ? document.refusal.details : [];
}

/** What is wrong with a text, or the kinds of its documents when nothing is. */
export function verdict(text: string): readonly string[] {
  return parseDocuments(text, 'f.yaml').flatMap((document) => {
    if (document.kind !== 'invalid') return [document.kind];
    const { refusal } = document;
    return refusal.details.length > 0 ? refusal.details : [refusal.message];
  });
}
