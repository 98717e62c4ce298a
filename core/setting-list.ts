/**
 * Parameters whose value is a list of names, each of which PostgreSQL quotes by itself. No catalog tells them.
 * Source: GUC_LIST_QUOTE in guc_tables.c, variable_is_guc_list_quote() in string_utils.c.
 */
const listParameters: ReadonlySet<string> = new Set([
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'shared_preload_libraries',
  'temp_tablespaces',
  'unix_socket_directories',
]);

/** `parameter` in lower case. */
export function isListParameter(parameter: string): boolean {
  return listParameters.has(parameter);
}

/** One element, and what follows it: a comma or the end. */
const element = /\s*(?:"(?<quoted>(?:[^"]|"")*)"|(?<plain>[^\s,"][^\s,]*))\s*(?<end>,|$)/y;

/**
 * The elements of `"$user", public`: `$user` and `public`. An unquoted one is taken as it is written, like every name
 * in a manifest. Nothing at all is one empty element, which is how PostgreSQL writes an empty list; undefined is
 * what it would not read as a list. Source: SplitIdentifierString() in varlena.c.
 */
export function splitList(text: string): string[] | undefined {
  if (text.trim() === '') return [''];
  const elements: string[] = [];
  element.lastIndex = 0;
  for (;;) {
    const found = element.exec(text)?.groups;
    if (found === undefined) return undefined;
    elements.push(found['quoted']?.replaceAll('""', '"') ?? found['plain'] ?? '');
    if (found['end'] === '') return elements;
  }
}
