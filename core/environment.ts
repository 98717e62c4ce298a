/** Environment variables of a process, by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** An empty variable counts as unset, because a chart's template cannot always omit it. */
export function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
