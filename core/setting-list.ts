/**
 * Parameters whose value is a list of names, each quoted by PostgreSQL itself. No catalog contains this list. Source:
 * GUC_LIST_QUOTE in guc_tables.c, variable_is_guc_list_quote() in string_utils.c.
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

/** One element, and what follows it: a comma or the end of the text. */
const element = /\s*(?:"(?<quoted>(?:[^"]|"")*)"|(?<plain>[^\s,"][^\s,]*))\s*(?<end>,|$)/y;

/**
 * The elements of a list: `"$user", public` has `$user` and `public`. Unquoted elements are kept as written, like every
 * name in a manifest. An empty text is one empty element, because PostgreSQL writes an empty list like that. Undefined
 * if PostgreSQL would not read the text as a list. Source: SplitIdentifierString() in varlena.c.
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
