import type { Problem } from '../problem.ts';

/**
 * Placeholders of template tools: envsubst and Flux, Helm and Jinja, Kubernetes, ERB. PostgreSQL accepts any of them as
 * a name, so a forgotten template step would create roles with these names.
 */
const placeholder =
  /\$\{[^{}]*\}|\{\{.*?\}\}|<%.*?%>|\$\([A-Za-z_][A-Za-z0-9_]*\)|^\$[A-Z][A-Z0-9_]*$/;

/** Values that may be any text, and retired roles, because a role with such a name may exist by mistake. */
const anyText = new Set<string | number>(['config', 'database_config', 'comment', 'retirements']);

/** The problem of a text, phrased to follow its path. Undefined if there is none. */
export function templateProblem(text: string, path: Problem['path']): string | undefined {
  if (path.some((step) => anyText.has(step))) return undefined;
  if (path.slice(-3).join('.') === 'connection.params.password') return undefined;
  const [found] = placeholder.exec(text) ?? [];
  if (found === undefined) return undefined;
  return `holds ${found}, which looks like a template that was not filled in: run the tool that fills it in first`;
}
