/** What is set to nothing is not set: a chart's template cannot always leave it out. */
export function given(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
