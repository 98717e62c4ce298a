import type { Problem } from './problem.ts';

/**
 * Placeholders of tools that fill in files before somebody applies them: envsubst and Flux, Helm and Jinja, Kubernetes,
 * ERB. PostgreSQL takes any of them for a name, so that a forgotten step would make roles that are called so.
 */
const placeholder =
  /\$\{[^{}]*\}|\{\{.*?\}\}|<%.*?%>|\$\([A-Za-z_][A-Za-z0-9_]*\)|^\$[A-Z][A-Z0-9_]*$/;

/** Values that may be any text, and roles that go: a role with such a name may be there by mistake. */
const anyText = new Set<string | number>(['config', 'database_config', 'comment', 'retirements']);

/** What is wrong with a text at a path, to follow that. Undefined for a text that is right. */
export function templateProblem(text: string, path: Problem['path']): string | undefined {
  if (path.some((step) => anyText.has(step))) return undefined;
  if (path.slice(-3).join('.') === 'connection.params.password') return undefined;
  const [found] = placeholder.exec(text) ?? [];
  if (found === undefined) return undefined;
  return `holds ${found}, which looks like a template that was not filled in: run the tool that fills it in first`;
}
